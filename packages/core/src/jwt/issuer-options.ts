import type {
  ContentEncryptionAlgorithm,
  KeyManagementAlgorithm,
  SignatureAlgorithm,
  SymmetricKeyManagementAlgorithm,
} from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { isKeySet, type Keys } from '../keys/key.js'
import { durationOption, withDefault } from '../options.js'
import { type Clock, type Duration, parseDuration } from '../time.js'
import { type JwtClaims, lastNumericDate, type TokenProfile } from './claims.js'

/** How tokens are signed. */
export interface SigningOptions {
  /** `alg` of the signature (RFC 7518 §3). */
  readonly algorithm: SignatureAlgorithm
  /** The private key, or a secret for HMAC. Of several, the first suitable one. */
  readonly keys: Keys
}

/** How tokens are encrypted. */
export interface EncryptionOptions<A extends KeyManagementAlgorithm = KeyManagementAlgorithm> {
  /** `alg` of the encryption (RFC 7518 §4). */
  readonly keyManagement: A
  /** `enc` of the encryption (RFC 7518 §5). */
  readonly contentEncryption: ContentEncryptionAlgorithm
  /** The recipient's *public* key, or a shared secret. Of several, the first suitable one. */
  readonly keys: Keys
}

/** How signed tokens are encrypted. */
export interface NestedEncryptionOptions extends EncryptionOptions {
  /**
   * Puts the signed token into this claim of an encrypted JWT, instead of directly into the JWE.
   *
   * @default the signed token is the content
   */
  readonly nesting?: { readonly claim: string }
}

interface CommonIssuerOptions<Issuer, Audience> {
  /** The `iss` of every token; `null` for tokens without `iss`. */
  readonly issuer: Issuer
  /** The `aud` of every token; `null` for tokens without `aud`. */
  readonly audience: Audience
  /**
   * The maximum `lifetime` that a call may request. With a key ring, at most its `maxTokenLifetime`.
   *
   * @default '1h', or the ring's `maxTokenLifetime` if that is shorter
   */
  readonly maxLifetime?: Duration
  /** Use `'at+jwt'` for access tokens (RFC 9068 §2.1); `null` for a header without `typ`. @default 'JWT' */
  readonly typ?: string | null
  /**
   * `'rfc9068'` issues JWT access tokens: each call must pass `sub` and `client_id`, and options that contradict the
   * profile are rejected.
   *
   * @default none
   */
  readonly profile?: TokenProfile
  /** Claims that may only be issued in encrypted tokens, at any depth. Names are compared by letters and digits only. @default [] */
  readonly confidentialClaims?: readonly string[]
  /** Claims that are never issued. `[]` turns this off. @default names of passwords, one-time codes and secrets */
  readonly forbiddenClaims?: readonly string[]
  /**
   * Maximum token length in characters. Raise it together with that of the verifiers, which reject longer tokens.
   *
   * @default 16384
   */
  readonly maxTokenSize?: number
  readonly now?: Clock
}

/** How long tokens live. */
interface LifetimeOptions {
  /** From `iat` to `exp`. */
  readonly lifetime: Duration
}

type LifeOptions =
  | ({ readonly exp?: undefined } & LifetimeOptions)
  | {
      /**
       * `'optional'` makes `lifetime` optional: tokens then have an `exp` only if a call requests a lifetime. Verifiers
       * accept them with `exp: 'optional'` and `maxTokenAge`.
       *
       * @default every token has an `exp`
       */
      readonly exp: 'optional'
      readonly lifetime?: undefined
    }

/** The policy of an issuer. The presence of `signature` and `encryption` determines the form it issues. */
export type IssuerOptions<
  Issuer extends string | null = string,
  Audience extends string | readonly string[] | null = string | readonly string[],
  Exp extends 'optional' | undefined = undefined,
> = CommonIssuerOptions<Issuer, Audience> & { readonly exp?: Exp } & LifeOptions &
  (
    | {
        readonly signature?: undefined
        readonly encryption: EncryptionOptions<SymmetricKeyManagementAlgorithm> & { readonly nesting?: never }
      }
    | { readonly signature: SigningOptions; readonly encryption: NestedEncryptionOptions }
    // The last member of the union, with which compilers compare an object that matches none.
    | { readonly signature: SigningOptions; readonly encryption?: undefined }
  )

/** The policy of any issuer. */
export type AnyIssuerOptions = IssuerOptions<
  string | null,
  string | readonly string[] | null,
  'optional' | undefined
>

/** Token lifetimes of an issuer. Seconds; `Infinity` if tokens have no `exp`. */
interface Lifetimes {
  readonly lifetime: number
  readonly maxLifetime: number
}

/** Reads the options `lifetime`, `maxLifetime` and `exp` of an issuer. @throws {TypeError} */
export function lifetimeOptions(options: AnyIssuerOptions): Lifetimes {
  const { exp } = options
  if (exp !== undefined && exp !== 'optional') {
    throw new TypeError("exp: remove it, and set lifetime; 'optional' issues tokens without exp")
  }
  if (exp === undefined) {
    if (options.lifetime === undefined) {
      throw new TypeError("lifetime: required, such as '15m'")
    }
    return boundedLifetimes(options, options.lifetime)
  }
  if (options.lifetime !== undefined) {
    throw new TypeError("lifetime: contradicts exp: 'optional'; remove one of them")
  }
  const maxTokenLifetime = maxTokenLifetimeOf(options)
  if (maxTokenLifetime < Number.POSITIVE_INFINITY) {
    throw new TypeError(
      `exp: tokens without exp would outlive the keys of a key ring, which are trusted for ${maxTokenLifetime} s after their last use; set lifetime`,
    )
  }
  const maxLifetime = durationOption('maxLifetime', withDefault(options.maxLifetime, 3_600))
  return { lifetime: Number.POSITIVE_INFINITY, maxLifetime }
}

function boundedLifetimes(options: AnyIssuerOptions, wanted: Duration): Lifetimes {
  const lifetime = durationOption('lifetime', wanted)
  const maxTokenLifetime = maxTokenLifetimeOf(options)
  const maxLifetime = durationOption(
    'maxLifetime',
    withDefault(options.maxLifetime, Math.min(3_600, maxTokenLifetime)),
  )
  if (lifetime <= 0) throw new TypeError("lifetime: must be more than 0, such as '15m'")
  if (Math.max(lifetime, maxLifetime) > maxTokenLifetime) {
    throw new TypeError(
      `maxLifetime: tokens could outlive their keys, which are trusted for ${maxTokenLifetime} s after their last use; shorten it, or raise maxTokenLifetime of the key ring`,
    )
  }
  if (lifetime > maxLifetime) {
    throw new TypeError(
      'lifetime: is longer than maxLifetime (by default 1h); shorten it, or raise maxLifetime',
    )
  }
  return { lifetime, maxLifetime }
}

/** Maximum token lifetime in seconds that the keys of an issuer allow. */
function maxTokenLifetimeOf({ signature, encryption }: AnyIssuerOptions): number {
  const limits = [signature?.keys, encryption?.keys].map((keys) =>
    isKeySet(keys) ? keys.maxTokenLifetime : undefined,
  )
  return Math.min(...limits.filter((seconds) => seconds !== undefined), Number.POSITIVE_INFINITY)
}

/**
 * The lifetime of a token issued now.
 *
 * @param wanted The lifetime requested by the call.
 * @param now Seconds.
 * @throws {SealbearerError} `SB_LIFETIME_INVALID`
 * @throws {TypeError} if the token would expire before it becomes valid.
 */
export function lifeOf(
  { lifetime, maxLifetime }: Lifetimes,
  wanted: Duration | undefined,
  { nbf }: JwtClaims,
  now: number,
): { readonly iat: number; readonly exp?: number } {
  const iat = Math.floor(now)
  if (wanted === undefined && lifetime === Number.POSITIVE_INFINITY) return { iat }
  const seconds = wanted === undefined ? lifetime : parseDuration(wanted)
  const isAllowed = seconds !== undefined && seconds > 0 && seconds <= maxLifetime
  if (!isAllowed || iat + seconds > lastNumericDate) throw new SealbearerError('SB_LIFETIME_INVALID')
  const exp = iat + seconds
  if (nbf !== undefined && nbf >= exp) throw new TypeError('claims: "nbf" must be before exp')
  return { iat, exp }
}
