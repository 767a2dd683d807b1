import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { SymmetricKeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { DecryptionPolicy } from '../jwe/policy.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { Clock, Duration } from '../time.js'
import type { JwtClaims, TokenProfile, VerifiedClaims } from './claims.js'
import type { VerifierSignaturePolicy } from './issuer-keys.js'
import type { TokenRevocations } from './revocations.js'
import type { CacheLimits, VerifiedToken } from './verification.js'

/** Decryption of tokens whose content authenticates the issuer: signed inside, or encrypted under a shared secret. */
export interface NestedDecryptionPolicy extends DecryptionPolicy {
  /**
   * The accepted `cty`: the kind of JWT that some issuers declare; compared like `typ`. `'any'` opts out, for issuers that
   * omit it. The content is verified in any case.
   *
   * @default 'JWT'
   */
  readonly cty?: 'any' | 'JWT' | `${string}+jwt` | readonly ('JWT' | `${string}+jwt`)[]
  /** The claim of the encrypted JWT that contains the signed one, for systems that nest this way. */
  readonly nesting?: { readonly claim: string }
}

/** Which issuers are accepted; see {@link VerifierOptions}. */
export type IssuerOption = string | readonly string[] | ((iss: string) => boolean)

/** Which audiences are accepted; see {@link VerifierOptions}. */
export type AudienceOption = string | readonly string[] | { readonly only: string | readonly string[] }

/** The claims of every token that a policy accepts, without those that must be absent. */
type ClaimsUnder<Issuer, Audience, Exp> = [Issuer, Audience, Exp] extends [
  IssuerOption,
  AudienceOption,
  undefined,
]
  ? VerifiedClaims
  : JwtClaims &
      (Issuer extends null ? { readonly iss?: never } : { readonly iss: string }) &
      (Audience extends null ? { readonly aud?: never } : unknown) &
      (Exp extends 'optional' ? unknown : { readonly exp: number })

/** The claims type of a verifier: the schema's output, if there is a schema. */
export type PolicyClaims<
  Schema extends StandardSchemaV1 | undefined = undefined,
  Names extends string = string,
  Issuer = IssuerOption,
  Audience = AudienceOption,
  Exp = undefined,
> =
  // First, since without `strict` undefined extends every type.
  Schema extends undefined
    ? // A list of names that are unknown at compile time provides no type information.
      string extends Names
      ? ClaimsUnder<Issuer, Audience, Exp>
      : ClaimsUnder<Issuer, Audience, Exp> & { readonly [Name in Names]: NonNullable<JwtClaims[Name]> }
    : Schema extends StandardSchemaV1
      ? StandardSchemaV1.InferOutput<Schema>
      : never

interface CommonVerifierOptions<
  Schema extends StandardSchemaV1 | undefined,
  Names extends string,
  Issuer,
  Audience,
  Exp,
> {
  /**
   * The accepted `iss`: one, several, or a function that returns `true` for those it accepts. Compared exactly. `null`
   * means tokens without `iss`, such as JWT-SVIDs; a token with `iss` is then rejected.
   */
  readonly issuer: Issuer
  /**
   * Our own identifiers: the token's `aud` must contain at least one. `{ only }` rejects tokens that are also for others.
   * `'any'` opts out; `null` means tokens without `aud`, and a token with `aud` is then rejected.
   */
  readonly audience: Audience
  /**
   * The accepted `typ`, ignoring case and a leading `application/`; `null` means a header without `typ`. `'any'` opts
   * out; then an ID token may be accepted as an access token.
   */
  readonly typ: string | null | readonly (string | null)[]
  /** Maximum clock difference: an hour at most, five minutes with `revocations` of `createRevocations`. @default 0 */
  readonly clockTolerance?: Duration
  /**
   * `'optional'` accepts tokens without `exp`, such as security event tokens (RFC 8417 §2.2), up to the required
   * `maxTokenAge`. A token with `exp` still expires.
   *
   * @default required in every token
   */
  readonly exp?: Exp
  /** Claims that must be present and not null; `sub` and `jti` also not empty. `iss` and `exp` always are. @default [] */
  readonly requiredClaims?: readonly Names[]
  /**
   * Any Standard Schema; its output becomes `claims`. Runs on every use of a token, cached or not. If an asynchronous one
   * takes longer than 5 seconds, or throws an error of status 503, the response is 503. Output that requests cannot change
   * is shared by all requests with the same token. For a denylist prefer `revoked`: its code says why a token is rejected.
   */
  readonly claimsSchema?: Schema
  /**
   * Called last, on every use of a token, cached or not: `true` rejects it with `SB_TOKEN_REVOKED` (401). If it throws,
   * rejects, returns anything but a boolean or takes longer than 5 seconds, the response is 503.
   */
  revoked?(verified: VerifiedToken<PolicyClaims<Schema, Names, Issuer, Audience, Exp>>): MaybePromise<boolean>
  /**
   * Known revocations, from `createRevocations` of `@sealbearer/sessions`. Checked on every use of a token, cached or not,
   * without a round trip. Also records which tokens of sessions are used.
   */
  readonly revocations?: TokenRevocations
  /** Maximum token length in characters. @default 16384 */
  readonly maxTokenSize?: number
  /**
   * `'rfc9068'` accepts only JWT access tokens: it also requires the claims `sub`, `client_id`, `iat` and `jti`, and
   * rejects options that contradict the profile.
   *
   * @default none
   */
  readonly profile?: TokenProfile
  /**
   * Caches accepted tokens, by their exact text, while they are valid and their keys trusted. The claims of cached tokens,
   * even of encrypted ones, remain in memory in plaintext until the tokens have expired and others replace them; `false`
   * turns the cache off. @default { maxEntries: 10000, maxBytes: 16777216 }
   */
  readonly cache?: false | CacheLimits
  readonly now?: Clock
}

/** Maximum age of a token. */
interface AgeOptions {
  /** How long after `iat` a token is accepted, whatever its `exp`. Requires `iat`. @default no limit */
  readonly maxTokenAge?: Duration
}

/** Without `exp`, the age is the only time limit. */
type LifeOptions =
  | ({ readonly exp?: undefined } & AgeOptions)
  | ({ readonly exp: 'optional' } & Required<AgeOptions>)

/** Encrypted tokens with unsigned claims, which only a shared secret can authenticate. */
interface EncryptedOptions {
  readonly signature?: undefined
  readonly encryption: DecryptionPolicy<SymmetricKeyManagementAlgorithm> & {
    /** See {@link VerifierSignaturePolicy}: holders of one secret can write any issuer's name. */
    readonly sharedByIssuers?: true
    readonly cty?: never
    readonly nesting?: never
  }
}

/** Signed tokens inside encrypted ones. */
interface NestedOptions {
  readonly signature: VerifierSignaturePolicy
  readonly encryption: NestedDecryptionPolicy
}

/** Signed tokens. The last member of the union, with which compilers compare an object that matches none. */
interface SignedOptions {
  readonly signature: VerifierSignaturePolicy
  readonly encryption?: undefined
}

/**
 * The policy of a verifier. The presence of `signature` and `encryption` determines the form it accepts.
 *
 * @typeParam Names Those of `requiredClaims`, inferred like the others: they determine which claims a token has.
 */
export type VerifierOptions<
  Schema extends StandardSchemaV1 | undefined = undefined,
  Names extends string = string,
  Issuer extends IssuerOption | null = IssuerOption,
  Audience extends AudienceOption | null = AudienceOption,
  Exp extends 'optional' | undefined = undefined,
> = CommonVerifierOptions<Schema, Names, Issuer, Audience, Exp> &
  LifeOptions &
  (EncryptedOptions | NestedOptions | SignedOptions)

/** The policy of any verifier. */
export type AnyVerifierOptions = VerifierOptions<
  StandardSchemaV1 | undefined,
  string,
  IssuerOption | null,
  AudienceOption | null,
  'optional' | undefined
>
