import type { Conformance } from '../conformance.js'
import type { ListenerFactory } from '../node.js'

/** What all servers are made of. */
export interface ServerSetup {
  readonly policies: Conformance['policies']
  readonly onFailure: 'respond' | 'throw'
}

/** Makes one framework's listeners. Each answers on all routes of the table with what its handler is given. */
export type Framework = (setup: ServerSetup) => ListenerFactory
