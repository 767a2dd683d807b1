import type { RefusalKind, ReuseKind } from '@sealbearer/core/stores'
import type { TokenFault } from './refresh-token.js'

/** Who ended a session. */
export type EndedBy =
  /** `end({ refreshToken })` */
  | 'client'
  /** `end({ sid })` */
  | 'server'
  /** `endAll` */
  | 'everywhere'
  /** The option `claims` returned `null`. */
  | 'claims'
  /** Another login of the same subject, beyond the limit. */
  | 'limit'
  /** The logout of an OpenID provider. */
  | 'provider'

/**
 * An event of a session. Contains neither a token nor the subject.
 *
 * - `repeated`: the response to a parallel request, with an access token only.
 * - `displaced`: a response was considered lost, and a new refresh token replaces the one in it.
 * - `reuse`: theft; the session has ended. `by` is the kind of token that revealed it.
 * - `refused`: a refresh token was rejected and nothing changed. Without `sid` if it was not issued by this server.
 */
export type SessionEvent =
  | { readonly type: 'started' | 'renewed' | 'repeated' | 'displaced'; readonly sid: string }
  | {
      readonly type: 'reuse'
      readonly sid: string
      readonly kind: ReuseKind
      readonly by: 'refresh' | 'access'
    }
  | { readonly type: 'ended'; readonly sid: string; readonly by: EndedBy }
  | {
      readonly type: 'refused'
      readonly sid: string | undefined
      readonly kind: RefusalKind | TokenFault
    }

declare module '@sealbearer/core' {
  interface ChannelEvents {
    'sealbearer:session': SessionEvent
  }
}
