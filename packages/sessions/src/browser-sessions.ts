import {
  type Authenticator,
  type AuthenticatorOptions,
  createAuthenticator,
  createIssuer,
  createVerifier,
  type Duration,
  type SigningOptions,
  type VerifiedClaims,
} from '@sealbearer/core'
import { type CsrfOptions, checkMembers, csrfCheck, isMemoryStore } from '@sealbearer/core/internal'
import type { RevocationStore, SessionStore } from '@sealbearer/core/stores'
import { type CheckCsrfOptions, type CheckedRequest, describedRequest, requireOwnPage } from './check-csrf.js'
import { createRevocations, type Revocations } from './revocations.js'
import type { RevocationsOptions } from './revocations-options.js'
import { createSessionCookies, type SessionCookies, type SessionCookiesOptions } from './session-cookies.js'
import type { SessionsOptions } from './session-options.js'
import { createSessions, type Sessions } from './sessions.js'
import type { StartOptions } from './start-session.js'

/** Options of {@link createBrowserSessions}. */
export interface BrowserSessionsOptions
  extends Pick<SessionsOptions, 'refreshTokens' | 'claims' | 'maxSessionsPerSubject' | 'onEvent' | 'now'> {
  /** The application's own origin: `iss` and `aud` of its access tokens. */
  readonly issuer: string
  /** Signs the access tokens, and verifies them with the same keys: a private key, a key ring, or an HMAC secret. */
  readonly signature: SigningOptions
  /** Lifetime of an access token, after which the session is renewed. @default '15m' */
  readonly accessLifetime?: Duration
  /** `createMemoryStore()`, or a store on a shared engine. */
  readonly store: SessionStore & RevocationStore
  /**
   * As in `createRevocations`: required, except for `createMemoryStore()`, which cannot be lost.
   *
   * @default 'refuse' with `createMemoryStore()`; none with other stores
   */
  readonly onStoreLost?: RevocationsOptions['onStoreLost']
  /** Origins that may send cookies, renew and log out, in addition to the server's own. @default only the server's own */
  readonly csrf?: CsrfOptions
  /** Names and attributes of the cookies. @default those of `createSessionCookies` */
  readonly cookies?: Omit<SessionCookiesOptions, 'csrf' | 'refreshPath'>
  /** More options of the authenticator, such as `requireHttps`. @default those of `createAuthenticator` */
  readonly authenticator?: Omit<AuthenticatorOptions, OwnOption>
}

/** Options of the authenticator that the sessions set. */
type OwnOption = 'verifier' | 'credentials' | 'renewal' | 'csrf'
const ownOptions: readonly OwnOption[] = ['verifier', 'credentials', 'renewal', 'csrf']

/** Sessions of browsers, and what guards need of them. */
export interface BrowserSessions {
  /**
   * Starts a session for a request from one of the allowed origins. Does not check the login: call it after the password,
   * or other credentials of the user, have been checked.
   *
   * @param request As for `checkCsrf`: Node's or the Fetch standard's, which Fastify and Hono have as `raw`.
   * @param facts `secure`: whether the client's own connection was TLS, for a server behind a proxy.
   * @returns Values of `Set-Cookie`.
   * @throws {SealbearerError} `SB_CSRF` (403), and what `sessions.start` throws.
   */
  logIn(
    request: CheckedRequest,
    options: StartOptions,
    facts?: Pick<CheckCsrfOptions, 'secure'>,
  ): Promise<string[]>
  /** Starts, lists and ends sessions. */
  readonly sessions: Sessions
  /** Cookies of a login, and endpoints for renewal and logout. */
  readonly cookies: SessionCookies
  /** Revokes access tokens before they expire. */
  readonly revocations: Revocations
  /** For guards: reads the cookies, and renews expired sessions before the decision. */
  readonly authenticator: Authenticator<VerifiedClaims & { readonly sub: string }>
}

const optionNames = [
  'issuer',
  'signature',
  'accessLifetime',
  'store',
  'onStoreLost',
  'refreshTokens',
  'claims',
  'maxSessionsPerSubject',
  'csrf',
  'cookies',
  'authenticator',
  'onEvent',
  'now',
] as const satisfies readonly (keyof BrowserSessionsOptions)[]

/**
 * Creates sessions in cookies, with issuer, verifier, revocations and authenticator under one policy. Does not check logins.
 * For encrypted access tokens, or other credentials besides cookies, create the parts yourself.
 *
 * @throws {TypeError} for an option that is missing, invalid, or contradicts another.
 * @example
 * const { authenticator, cookies, logIn } = createBrowserSessions({
 *   issuer: 'https://app.example.com',
 *   signature: { algorithm: 'ES256', keys },
 *   refreshTokens: { secret },
 *   store: createMemoryStore(), // for one process
 * })
 */
export function createBrowserSessions(options: BrowserSessionsOptions): BrowserSessions {
  checkMembers('createBrowserSessions', options, optionNames)
  checkParts(options)
  const { issuer, signature, store, accessLifetime = '15m', csrf, now } = options
  const parties = { issuer, audience: issuer, typ: 'at+jwt' }
  const clock = now === undefined ? {} : { now }
  const accessTokens = createIssuer({
    ...parties,
    ...clock,
    signature,
    lifetime: accessLifetime,
    maxLifetime: accessLifetime,
  })
  const { onStoreLost = isMemoryStore(store) ? 'refuse' : undefined } = options
  const revocations = createRevocations({
    store,
    maxTokenLifetime: accessLifetime,
    ...clock,
    // `createRevocations` refuses `undefined`, and names the way out.
    onStoreLost: onStoreLost as RevocationsOptions['onStoreLost'],
  })
  const { refreshTokens, claims, maxSessionsPerSubject, onEvent } = options
  const sessions = createSessions({
    accessTokens,
    refreshTokens,
    store,
    revocations,
    ...clock,
    ...(claims && { claims }),
    ...(maxSessionsPerSubject !== undefined && { maxSessionsPerSubject }),
    ...(onEvent && { onEvent }),
  })
  const allowed = csrf && { csrf }
  const csrfHolds = csrfCheck(csrf)
  const cookies = createSessionCookies(sessions, { ...options.cookies, ...allowed })
  const authenticator = createAuthenticator({
    ...options.authenticator,
    ...allowed,
    verifier: createVerifier({
      ...parties,
      ...clock,
      revocations,
      requiredClaims: ['sub'],
      signature: { algorithms: [signature.algorithm], keys: signature.keys },
    }),
    credentials: [cookies.credentials],
    renewal: cookies.renewal,
  })
  return Object.freeze({
    sessions,
    cookies,
    revocations,
    authenticator,
    async logIn(
      request: CheckedRequest,
      start: StartOptions,
      { secure }: Pick<CheckCsrfOptions, 'secure'> = {},
    ) {
      requireOwnPage(describedRequest(request, secure), csrfHolds)
      return cookies.start(await sessions.start(start))
    },
  })
}

/** @throws {TypeError} that names the option and the way out. */
function checkParts({ signature, authenticator }: BrowserSessionsOptions): void {
  if (signature === undefined) {
    throw new TypeError(
      "signature: required, such as { algorithm: 'ES256', keys: await generateKey('ES256') }",
    )
  }
  const own = ownOptions.find((name) => name in (authenticator ?? {}))
  if (own !== undefined) {
    throw new TypeError(
      `authenticator.${own}: set by createBrowserSessions; to set it, use createAuthenticator`,
    )
  }
}
