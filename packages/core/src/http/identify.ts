import type { Verdict } from '../jwt/verdict.js'
import { chain, chainOrRecover, type MaybePromise } from '../maybe-promise.js'
import type { CredentialsFound } from './credentials-found.js'
import type { Identification, Identity } from './identity.js'
import type { Refusals } from './refusal.js'
import type { AuthRequest } from './request.js'

/** Finds out who sends a request. Throws, or rejects, only where something other than the request is broken. */
export type Identify<Claims> = (request: AuthRequest) => MaybePromise<Identification<Claims>>

interface Steps<Claims> {
  readonly refusals: Refusals
  readonly cameSafely: (request: AuthRequest) => boolean
  readonly readCredentials: (request: AuthRequest) => CredentialsFound
  readonly csrfHolds: (request: AuthRequest) => boolean
  readonly check: (token: string) => MaybePromise<Verdict<Claims>>
  readonly toIdentity: (verdict: Verdict<Claims>) => Identity<Claims>
}

/** Puts the steps in the order in which a request goes through them; the first that fails decides. */
export function createIdentify<Claims>(steps: Steps<Claims>): Identify<Claims> {
  const { refusals, cameSafely, readCredentials, csrfHolds, check, toIdentity } = steps
  return (request) => {
    if (!cameSafely(request)) return refusals.refuse('SB_HTTPS_REQUIRED')
    const credentials = readCredentials(request)
    if (credentials === undefined) return undefined
    if (typeof credentials === 'string') return refusals.refuse(credentials)
    if (credentials.source === 'cookie' && !csrfHolds(request)) return refusals.refuse('SB_CSRF')
    return chainOrRecover<Identity<Claims>, Identification<Claims>>(
      () => chain(check(credentials.token), toIdentity),
      (identity) => identity,
      refusals.recover,
    )
  }
}
