import { LRUCache } from 'lru-cache'
import { engine } from '#crypto'
import type { JsonObject } from '../compact/json.js'
import { isSealbearerError, SealbearerError } from '../errors.js'
import { checkMembers, durationOption, entriesOption, timeoutOption, withDefault } from '../options.js'
import { type Fetch, FetchFailure, fetchOption, fetchText } from '../remote-keys/fetch-json.js'
import { trustedUrlOption } from '../remote-keys/network-reach.js'
import { PendingLoads, tiesIoToRequests } from '../remote-keys/shared-loads.js'
import { type Clock, type Duration, isBetween, secondsClock } from '../time.js'
import { deepFreeze, type JwtClaims } from './claims.js'
import { audienceOption, partyNames } from './claims-policy.js'
import { type ClientAuthentication, clientAuthenticationOption } from './client-authentication.js'
import { type Verifier, verifierFrom } from './define-verifier.js'
import { responseReader, type SignedResponseOptions } from './introspection-response.js'
import { validateLife, wronglyTypedClaim } from './validate.js'
import type { AudienceOption } from './verifier-options.js'

/** Options of {@link createIntrospectionVerifier}. */
export interface IntrospectionVerifierOptions {
  /**
   * The `iss` of the tokens. A response without `iss` is attributed to this issuer; one with another `iss` is rejected.
   * @default any
   */
  readonly issuer?: string | undefined
  /** Our own identifiers, as in `createVerifier`: a response without `aud` is rejected. `'any'` opts out. */
  readonly audience: AudienceOption | 'any'
  /** The introspection endpoint: an `https:` URL, or one on loopback. */
  readonly endpoint: string | URL
  /** How this server authenticates at the endpoint. */
  readonly clientAuthentication: ClientAuthentication
  /**
   * Requests responses that the issuer signs (RFC 9701), and accepts no others: as evidence of what the issuer stated, or
   * if a gateway is between. Requires `issuer`.
   *
   * @default plain JSON, protected by TLS
   */
  readonly signedResponse?: SignedResponseOptions | undefined
  /** Caches responses. @default every use of a token sends a request */
  readonly cache?: IntrospectionCacheOptions | undefined
  /** Time limit of a request. @default 5 */
  readonly timeout?: Duration | undefined
  /** Sends the requests. @default the runtime's `fetch` */
  readonly fetch?: Fetch | undefined
  /** Where time comes from; replace it in tests. @default the system clock */
  readonly now?: Clock | undefined
}

const optionNames = [
  'issuer',
  'audience',
  'endpoint',
  'clientAuthentication',
  'signedResponse',
  'cache',
  'timeout',
  'fetch',
  'now',
] as const satisfies readonly (keyof IntrospectionVerifierOptions)[]

const maxBytes = 65_536

/** What a response states about a token. */
interface IntrospectionResult {
  readonly isActive: boolean
  /** Seconds since the epoch; `undefined` for a token without. */
  readonly exp: number | undefined
  readonly claims: JwtClaims
}

/**
 * Creates a verifier that introspects each token at its issuer (RFC 7662), for tokens that are not JWTs. For an active
 * token it checks `aud`, and `iss`, `exp` and `nbf` if the response has them. Concurrent requests with the same token
 * share one introspection. Does not check that the token is an access token: an issuer may report a refresh token as
 * active too. A response without `aud` is rejected.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const verifier = createIntrospectionVerifier({
 *   issuer: 'https://auth.example.com',
 *   audience: 'https://api.example.com',
 *   endpoint: 'https://auth.example.com/introspect',
 *   clientAuthentication: { clientId: 'api', clientSecret },
 * })
 * @see {@link https://www.rfc-editor.org/rfc/rfc7662#section-2 RFC 7662 §2}
 */
export function createIntrospectionVerifier(options: IntrospectionVerifierOptions): Verifier<JwtClaims> {
  checkMembers('createIntrospectionVerifier', options, optionNames)
  const { audience } = options
  const clock = secondsClock(options.now)
  const [issuer] =
    options.issuer === undefined
      ? []
      : partyNames('issuer', options.issuer, 'the iss of the tokens, one string')
  const checkAudience = audienceOption(audience)
  const introspect = createIntrospection(options, issuer, clock)
  const cache = introspectionCacheOption(options.cache, clock)
  const pending = new PendingLoads<IntrospectionResult>()
  const shareLoads = !tiesIoToRequests()

  const load = async (name: string, token: string): Promise<IntrospectionResult> => {
    const result = await introspect(token)
    cache.keep(name, result)
    return result
  }

  return verifierFrom<JwtClaims>(
    {
      ...(issuer !== undefined && { issuers: issuer }),
      async verify(token) {
        // Hashed, so that no token stays in memory as long as its cached response.
        const name = await engine.hash(token)
        const found =
          cache.get(name) ??
          (await (shareLoads ? pending.join(name, () => load(name, token)) : load(name, token)))
        const { isActive, claims } = found
        if (!isActive) throw new SealbearerError('SB_TOKEN_INACTIVE')
        if (issuer !== undefined && claims.iss !== issuer) throw new SealbearerError('SB_ISSUER_MISMATCH')
        checkAudience(claims.aud)
        validateLife(claims, 0, clock())
        return { claims }
      },
    },
    { configured: { audience, algorithms: undefined }, now: clock },
  )
}

/**
 * Creates the function that sends a token to the endpoint. It rejects with `SB_INTROSPECTION_FAILED`.
 *
 * @throws {TypeError} for an invalid option.
 */
function createIntrospection(
  options: IntrospectionVerifierOptions,
  issuer: string | undefined,
  clock: () => number,
): (token: string) => Promise<IntrospectionResult> {
  const { audience, now } = options
  const endpoint = trustedUrlOption('endpoint', options.endpoint)
  const authentication = clientAuthenticationOption(
    options.clientAuthentication,
    issuer ?? endpoint.href,
    clock,
  )
  const fetch =
    options.fetch === undefined && authentication.fetch !== undefined
      ? authentication.fetch
      : fetchOption(options.fetch)
  const timeout = timeoutOption(options.timeout)
  const { clientId } = options.clientAuthentication
  const response = responseReader(options.signedResponse, { issuer, audience, clientId, now, maxBytes })
  return async (token) => {
    const { headers, fields } = await authentication.credentials()
    const form = { token, token_type_hint: 'access_token', ...fields }
    try {
      const { text } = await fetchText(endpoint, {
        fetch,
        timeout,
        maxBytes,
        mediaType: response.mediaType,
        form: { fields: new URLSearchParams(form), headers },
      })
      return resultOf(await response.read(text), issuer)
    } catch (error) {
      throw new SealbearerError('SB_INTROSPECTION_FAILED', causeOf(error))
    }
  }
}

/** The cause for operators. */
function causeOf(error: unknown): string {
  if (error instanceof FetchFailure) return error.summary
  return isSealbearerError(error) ? `response: ${error.code}` : 'response'
}

/** @throws {Error} for anything but a response of RFC 7662 §2.2. */
function resultOf(document: JsonObject | undefined, issuer: string | undefined): IntrospectionResult {
  if (document === undefined) throw new Error('no response')
  const { active, ...members } = document
  if (typeof active !== 'boolean' || !Object.hasOwn(document, 'active')) throw new Error('active')
  if (!active) return { isActive: false, exp: undefined, claims: {} }
  const claims = { ...(issuer !== undefined && { iss: issuer }), ...members }
  if (wronglyTypedClaim(claims) !== undefined) throw new Error('claims')
  // RFC 9449 §6.2: without the key that it is bound to, it would pass as a bearer token.
  if (/^dpop$/i.test(String(members['token_type'])) && members['cnf'] === undefined) throw new Error('cnf')
  // Their types have been checked.
  const typed = claims as JwtClaims
  return { isActive: true, exp: typed.exp, claims: deepFreeze(typed) }
}

/** How long responses are cached. */
interface IntrospectionCacheOptions {
  /** Maximum age of a cached response, never beyond the token's `exp`. A revocation may go unnoticed for this long. */
  readonly maxAge: Duration
  /** Maximum number of accepted tokens, and separately of rejected ones. @default 10000 */
  readonly maxEntries?: number | undefined
}

/** A cache of results, by the hash of the token. */
interface IntrospectionCache {
  get(name: string): IntrospectionResult | undefined
  keep(name: string, result: IntrospectionResult): void
}

/** Reads the option `cache`; without it, nothing is cached. @throws {TypeError} */
function introspectionCacheOption(
  options: IntrospectionCacheOptions | undefined,
  clock: () => number,
): IntrospectionCache {
  if (options === undefined) return { get: () => undefined, keep: () => undefined }
  checkMembers('cache', options, ['maxAge', 'maxEntries'])
  const maxAge = durationOption('cache.maxAge', options.maxAge)
  if (!(maxAge > 0)) throw new TypeError("cache.maxAge: must be more than 0, such as '30s'")
  const max = entriesOption('cache.maxEntries', withDefault(options.maxEntries, 10_000))
  interface Kept {
    readonly result: IntrospectionResult
    readonly since: number
    readonly until: number
  }
  // Separate, so that made-up tokens do not evict valid ones.
  const caches = {
    active: new LRUCache<string, Kept>({ max }),
    inactive: new LRUCache<string, Kept>({ max }),
  }
  return {
    get(name) {
      const kept = caches.active.get(name) ?? caches.inactive.get(name)
      return kept !== undefined && isBetween(clock(), kept.since, kept.until) ? kept.result : undefined
    },
    keep(name, result) {
      const since = clock()
      const until = Math.min(since + maxAge, result.exp ?? Number.POSITIVE_INFINITY)
      caches[result.isActive ? 'inactive' : 'active'].delete(name)
      caches[result.isActive ? 'active' : 'inactive'].set(name, { result, since, until })
    },
  }
}
