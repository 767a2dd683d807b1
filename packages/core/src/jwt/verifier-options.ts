import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { SymmetricKeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { DecryptionPolicy } from '../jwe/policy.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { Clock, Duration } from '../time.js'
import type { JwtClaims, TokenProfile, VerifiedClaims } from './claims.js'
import type { VerifierSignaturePolicy } from './issuer-keys.js'
import type { TokenRevocations } from './revocations.js'
import type { VerifiedToken } from './verdict.js'
import type { CacheLimits } from './verdict-cache.js'

/** An envelope whose content proves where it comes from: signed inside, or under a shared secret. */
export interface EnvelopePolicy extends DecryptionPolicy {
  /**
   * The `cty` accepted: of a JWT, as some issuers name the kind of it; compared like `typ`. `'any'` opts out, for issuers
   * that leave it out. What is inside is checked all the same.
   *
   * @default 'JWT'
   */
  readonly cty?: 'any' | 'JWT' | `${string}+jwt` | readonly ('JWT' | `${string}+jwt`)[]
  /** The claim of the encrypted JWT that carries the signed one, for systems which nest so. */
  readonly nesting?: { readonly claim: string }
}

/** Whose tokens are accepted; see {@link VerifierOptions}. */
export type IssuerOption = string | readonly string[] | ((iss: string) => boolean)

/** For whom the tokens accepted are; see {@link VerifierOptions}. */
export type AudienceOption = string | readonly string[] | { readonly only: string | readonly string[] }

/** The claims that every token has which a policy accepts, and none that it must not have. */
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

/** The claims that a verifier leaves: the schema's output, where there is a schema. */
export type PolicyClaims<
  Schema extends StandardSchemaV1 | undefined = undefined,
  Names extends string = string,
  Issuer = IssuerOption,
  Audience = AudienceOption,
  Exp = undefined,
> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : // A list whose names are not known when it is compiled says nothing about any of them.
    string extends Names
    ? ClaimsUnder<Issuer, Audience, Exp>
    : ClaimsUnder<Issuer, Audience, Exp> & { readonly [Name in Names]: NonNullable<JwtClaims[Name]> }

interface ClaimsOptions<
  Schema extends StandardSchemaV1 | undefined,
  Names extends string,
  Issuer,
  Audience,
  Exp,
> {
  /**
   * The `iss` accepted: one, several, or a function that returns `true` for those it accepts. Compared exactly. `null`
   * means tokens without `iss`, such as JWT-SVIDs; one that has it is refused.
   */
  readonly issuer: Issuer
  /**
   * Who we are: the token's `aud` must name at least one. `{ only }` refuses tokens that are also for others. `'any'` opts
   * out; `null` means tokens without `aud`, and one that has it is refused.
   */
  readonly audience: Audience
  /**
   * The `typ` accepted, without regard to case or a leading `application/`; `null` means a header without
   * `typ`. `'any'` opts out; then an ID token may pass for an access token.
   */
  readonly typ: string | null | readonly (string | null)[]
  /** How far clocks may be apart: an hour at most. @default 0 */
  readonly clockTolerance?: Duration
  /**
   * `'optional'` accepts tokens without `exp`, such as security event tokens (RFC 8417 §2.2), up to `maxTokenAge`, which it
   * needs. A token that has one still expires.
   *
   * @default required in every token
   */
  readonly exp?: Exp
  /** Claims that must be present and not null, `sub` and `jti` not empty. `iss` and `exp` always are. @default [] */
  readonly requiredClaims?: readonly Names[]
  /**
   * Any Standard Schema; its output becomes `claims`. A schema that answers synchronously is asked once a minute for each
   * token that is remembered, so it must depend on the claims alone: for a denylist, use `revoked`. When it refuses a
   * token that it accepted before, a warning is printed once. An asynchronous one is asked on every use; when it takes
   * longer than 5 seconds, or throws an error of status 503, the request is answered 503.
   */
  readonly claimsSchema?: Schema
  /**
   * Asked last, on every use of a token, remembered or not: `true` refuses it with `SB_TOKEN_REVOKED` (401). When it
   * throws, rejects, returns anything but a boolean or takes longer than 5 seconds, the request is answered 503.
   */
  revoked?(verified: VerifiedToken<PolicyClaims<Schema, Names, Issuer, Audience, Exp>>): MaybePromise<boolean>
  /**
   * Revocations that this process knows of, from `createRevocations` of `@sealbearer/sessions`. They are looked at on every
   * use of a token, remembered or not, and cost no round trip. They also learn which tokens of sessions are used.
   */
  readonly revocations?: TokenRevocations
  /** Characters of the longest token that is looked at. @default 16384 */
  readonly maxTokenSize?: number
  /**
   * `'rfc9068'` accepts JWT access tokens alone: it requires the claims `sub`, `client_id`, `iat` and `jti` too, and
   * refuses options that contradict the profile.
   *
   * @default none
   */
  readonly profile?: TokenProfile
  /**
   * Remembers accepted tokens, by their exact text, while they are valid and their keys trusted. The claims
   * of remembered tokens stay in memory in plain, those of encrypted tokens too, until they have expired and
   * others take their place; `false` keeps none. @default { maxEntries: 10000, maxBytes: 16777216 }
   */
  readonly cache?: false | CacheLimits
  readonly now?: Clock
}

/** How old a token may be. */
interface AgeOptions {
  /** How long after `iat` a token is accepted, whatever its `exp`. Requires `iat`. @default no limit */
  readonly maxTokenAge?: Duration
}

/** Without `exp`, the age of a token is its only limit. */
type LifeOptions =
  | ({ readonly exp?: undefined } & AgeOptions)
  | ({ readonly exp: 'optional' } & Required<AgeOptions>)

/** Envelopes with bare claims, which only a shared secret can vouch for. */
interface EncryptedOptions {
  readonly signature?: undefined
  readonly encryption: DecryptionPolicy<SymmetricKeyManagementAlgorithm> & {
    /** See {@link VerifierSignaturePolicy}: holders of one secret can write any issuer's name. */
    readonly sharedByIssuers?: true
    readonly cty?: never
    readonly nesting?: never
  }
}

/** Signed tokens inside envelopes. */
interface NestedOptions {
  readonly signature: VerifierSignaturePolicy
  readonly encryption: EnvelopePolicy
}

/** Signed tokens. The last of the union, which compilers compare with what fits none. */
interface SignedOptions {
  readonly signature: VerifierSignaturePolicy
  readonly encryption?: undefined
}

/**
 * The policy of a verifier. The presence of `signature` and `encryption` is the form it accepts.
 *
 * @typeParam Names Those of `requiredClaims`, inferred, as are the others: they say which claims a token has.
 */
export type VerifierOptions<
  Schema extends StandardSchemaV1 | undefined = undefined,
  Names extends string = string,
  Issuer extends IssuerOption | null = IssuerOption,
  Audience extends AudienceOption | null = AudienceOption,
  Exp extends 'optional' | undefined = undefined,
> = ClaimsOptions<Schema, Names, Issuer, Audience, Exp> &
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
