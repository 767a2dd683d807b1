import type { Refused } from '@sealbearer/core'
import type { McpAuthInfo } from './auth-info.js'

/** A request whose tools may be called. */
export interface McpGranted {
  readonly ok: true
  readonly authInfo: McpAuthInfo
}

/**
 * Checks the tools that a body calls.
 *
 * @param owner The framework's request, which a guard of the authenticator has accepted.
 */
export type Authorize = (owner: object, body: unknown) => Promise<McpGranted | Refused>
