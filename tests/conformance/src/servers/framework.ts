import type { GuardOptions } from '@sealbearer/core/adapter'
import type { Conformance } from '../conformance.js'
import type { ListenerFactory } from '../node.js'

/** What all servers are made of. */
export interface ServerSetup {
  readonly policies: Conformance['policies']
  readonly onFailure: 'respond' | 'throw'
  /** Fastify's own writes its lines to this one. */
  readonly logger?: GuardOptions['logger']
}

/** Makes one framework's listeners. Each answers on all routes of the table with what its handler is given. */
export type Framework = (setup: ServerSetup) => ListenerFactory
