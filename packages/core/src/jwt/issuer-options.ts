import type {
  ContentEncryptionAlgorithm,
  KeyManagementAlgorithm,
  SignatureAlgorithm,
  SymmetricKeyManagementAlgorithm,
} from '../crypto/algorithms.js'
import type { Keys } from '../keys/key.js'
import type { Clock, Duration } from '../time.js'
import type { TokenProfile } from './claims.js'

/** How tokens are signed. */
export interface SigningOptions {
  readonly algorithm: SignatureAlgorithm
  /** The private key, or a secret for HMAC. Of several, the first suitable one. */
  readonly keys: Keys
}

/** How tokens are encrypted. */
export interface EncryptionOptions<A extends KeyManagementAlgorithm = KeyManagementAlgorithm> {
  readonly keyManagement: A
  readonly contentEncryption: ContentEncryptionAlgorithm
  /** The recipient's *public* key, or a shared secret. Of several, the first suitable one. */
  readonly keys: Keys
}

/** How signed tokens are encrypted. */
export interface NestedEncryptionOptions extends EncryptionOptions {
  /** Puts the signed token into this claim of an encrypted JWT, instead of directly into the JWE. */
  readonly nesting?: { readonly claim: string }
}

interface ClaimsOptions<Issuer, Audience> {
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
> = ClaimsOptions<Issuer, Audience> & { readonly exp?: Exp } & LifeOptions &
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
