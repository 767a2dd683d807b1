import type { Refused } from '@sealbearer/core'
import type { McpAuthInfo } from './auth-info.js'

/** A request whose tools may be called. */
export interface McpGranted {
  readonly ok: true
  readonly authInfo: McpAuthInfo
}

/**
 * Decides about the tools that a body calls.
 *
 * @param owner The request that a guard of the authenticator has let through, as the framework has it.
 */
export type Authorize = (owner: object, body: unknown) => Promise<McpGranted | Refused>
