import type { VerifiedClaims } from '../jwt/claims.js'
import { ignoreRejection } from '../maybe-promise.js'
import { checkMembers, oneOf } from '../options.js'
import type { Authenticator } from './authenticator.js'
import type { AuthUnder } from './outcome.js'

/** What to do with a refused request: answer it, or hand the error to the framework's own error handling. */
export type OnFailure = 'respond' | 'throw'

/** What every adapter's guard takes. */
export interface GuardOptions {
  readonly onFailure?: OnFailure | undefined
}

/**
 * Reads the options of an adapter's guard.
 *
 * @param more Names of the options that the adapter has beside `onFailure`.
 * @returns Whether failures are thrown. The default is to respond.
 * @throws {TypeError} for an unknown option, and for an unknown value of `onFailure`.
 */
export function throwsOnFailure(options: GuardOptions, more: readonly string[] = []): boolean {
  checkMembers('options', options, ['onFailure', ...more])
  const { onFailure } = options
  return onFailure !== undefined && oneOf('onFailure', onFailure, ['respond', 'throw']) === 'throw'
}

/** A fact about every request, or a function that finds it for one. */
export type SecureOption<Request> = boolean | ((request: Request) => boolean)

/**
 * Reads the option `secure`, for frameworks that have no proxy trust of their own.
 *
 * @param detect Used where the option is left out.
 * @throws {TypeError} for anything but a boolean or a function.
 */
export function secureOption<Request>(
  secure: SecureOption<Request> | undefined,
  detect: (request: Request) => boolean,
): (request: Request) => boolean {
  if (secure === undefined) return detect
  if (typeof secure === 'boolean') return () => secure
  if (typeof secure !== 'function') {
    throw new TypeError('secure: must be true, false or a function that returns one of them')
  }
  return (request) => {
    const answer: unknown = secure(request)
    // A promise, or text such as "false", must not pass for true.
    ignoreRejection(answer)
    return answer === true
  }
}

/** The type of `auth` that an authenticator leaves under a requirement whose `optional` has this type. */
export type AuthOf<A, Optional = false> =
  A extends Authenticator<infer Claims> ? AuthUnder<Claims, Optional> : never

/** The type of `auth` under the `Register` interface that users augment; untyped claims until they do. */
export type RegisteredAuth<Register> = Register extends { readonly authenticator: infer A }
  ? AuthOf<A>
  : AuthUnder<VerifiedClaims>
