import type { ListenerFactory } from '../../node.js'
import type { ServerSetup } from '../../servers/framework.js'
import type { Capture } from '../capture.js'

/**
 * Makes one framework's listeners as a developer has them who wants to see everything: its own error handling,
 * development mode, every log there is, and each error handed to `record` as an error handler would get it.
 */
export type TalkativeFramework = (setup: ServerSetup, record: Capture['record']) => ListenerFactory
