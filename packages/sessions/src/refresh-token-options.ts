import type { Issuer } from '@sealbearer/core'
import {
  checkMembers,
  type Duration,
  durationOption,
  type MacSecret,
  withDefault,
} from '@sealbearer/core/internal'

/** Secret and lifetimes of refresh tokens. */
export interface RefreshTokenOptions {
  /**
   * Text or bytes of at least 32 bytes, or a key for HS256. Of several, the first is used for new tokens, and all are
   * accepted: add a new one in front, and remove the old one after its sessions have ended.
   */
  readonly secret: MacSecret | readonly MacSecret[]
  /** Maximum lifetime of a session, regardless of renewals. @default '30d' */
  readonly lifetime?: Duration
  /**
   * Time without a renewal after which a session ends. Several times the access token's lifetime: sessions in cookies are
   * renewed when an access token has expired, and requests before that do not count.
   *
   * @default '14d', or `lifetime` if that is shorter
   */
  readonly idle?: Duration
  /**
   * How long the previous refresh token is still accepted, for parallel requests: longer than clients wait for a response.
   * The response then has an access token only; the client keeps the refresh token of the other response.
   *
   * `answer: 'same'` also repeats the new refresh token, for several processes that hold copies of one token. This is
   * weaker: a thief who uses the token within the window keeps access, beside the client, until the session ends.
   *
   * @default '30s'
   */
  readonly window?: Duration | { readonly length: Duration; readonly answer: 'same' }
}

/** The lifetimes after validation, in milliseconds. */
export interface SessionLifetimes {
  readonly lifetime: number
  readonly idle: number
  readonly window: number
  /** Whether a response in the window repeats the new refresh token. */
  readonly answersSame: boolean
}

/** @throws {TypeError} that names the option and the way out. */
export function sessionLifetimes(
  options: RefreshTokenOptions,
  issuer: Issuer,
  hasRevocations: boolean,
): SessionLifetimes {
  checkMembers('refreshTokens', options, ['secret', 'lifetime', 'idle', 'window'])
  const lifetime = durationOption('refreshTokens.lifetime', withDefault(options.lifetime, '30d'))
  const idle = durationOption(
    'refreshTokens.idle',
    withDefault(options.idle, Math.min(lifetime, 14 * 86_400)),
  )
  const { length, answersSame } = windowOption(withDefault(options.window, '30s'))
  const contradictions: readonly (readonly [boolean, string])[] = [
    [
      lifetime < issuer.lifetime,
      'refreshTokens.lifetime: is shorter than the lifetime of accessTokens, so that nothing could be renewed; raise it, or shorten the access tokens',
    ],
    [
      idle > lifetime,
      'refreshTokens.idle: is longer than refreshTokens.lifetime, and would never apply; leave it out, or shorten it',
    ],
    [
      length > idle,
      'refreshTokens.window: is longer than refreshTokens.idle; shorten it: it only has to be longer than clients wait for an answer',
    ],
    [idle <= 0, "refreshTokens.idle: must be more than 0, such as '14d'"],
  ]
  for (const [isContradiction, message] of contradictions) if (isContradiction) throw new TypeError(message)
  return {
    lifetime: lifetime * 1000,
    idle: idle * 1000,
    window: length * 1000,
    answersSame: answersSame || !hasRevocations,
  }
}

function windowOption(window: NonNullable<RefreshTokenOptions['window']>): {
  readonly length: number
  readonly answersSame: boolean
} {
  if (typeof window !== 'object' || window === null) {
    return { length: durationOption('refreshTokens.window', window), answersSame: false }
  }
  checkMembers('refreshTokens.window', window, ['length', 'answer'])
  if (window.answer !== 'same') {
    throw new TypeError("refreshTokens.window.answer: must be 'same'; for the default give the length alone")
  }
  if (window.length === undefined) throw new TypeError("refreshTokens.window.length: required, such as '30s'")
  return { length: durationOption('refreshTokens.window.length', window.length), answersSame: true }
}
