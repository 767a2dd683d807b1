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
  /** `claims` answered with `null`. */
  | 'claims'
  /** Another login of the same subject, over the limit. */
  | 'limit'
  /** The logout of an OpenID provider. */
  | 'provider'

/**
 * What happened to a session. It holds neither a token nor the subject.
 *
 * - `repeated`: a parallel request was answered with an access token alone.
 * - `displaced`: an answer was considered lost, and a new token replaces the one in it.
 * - `reuse`: theft; the session has ended. `by` is the kind of token that revealed it.
 * - `refused`: a refresh token was refused and nothing changed. Without `sid` when it was not one of this server's.
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
