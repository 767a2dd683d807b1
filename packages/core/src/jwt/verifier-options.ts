import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { SymmetricKeyManagementAlgorithm } from '../crypto/algorithms.js'
import type { DecryptionPolicy } from '../jwe/policy.js'
import type { MaybePromise } from '../maybe-promise.js'
import type { Clock, Duration } from '../time.js'
import type { VerifiedClaims } from './claims.js'
import type { VerifierSignaturePolicy } from './issuer-keys.js'
import type { TokenRevocations } from './revocations.js'
import type { VerifiedToken } from './verdict.js'
import type { CacheLimits } from './verdict-cache.js'

/** An envelope whose content proves where it comes from: signed inside, or under a shared secret. */
export interface EnvelopePolicy extends DecryptionPolicy {
  /** `'any'`: do without `cty: "JWT"`, for issuers that leave it away. What is inside is checked all the same. */
  readonly cty?: 'any'
  /** The claim of the encrypted JWT that carries the signed one, for systems which nest so. */
  readonly nesting?: { readonly claim: string }
}

/** The claims that a verifier leaves: the schema's output, where there is a schema. */
export type SchemaOutput<Schema extends StandardSchemaV1 | undefined> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : VerifiedClaims

interface ClaimsOptions<Schema extends StandardSchemaV1 | undefined> {
  /** The `iss` accepted: one, several, or a function that says `true` to those it takes. Compared exactly. */
  readonly issuer: string | readonly string[] | ((iss: string) => boolean)
  /** Who we are: the token's `aud` must name at least one. `'any'` opts out, for issuers that set none. */
  readonly audience: string | readonly string[]
  /**
   * The `typ` accepted, without regard to case or a leading `application/`; `null` means a header without
   * `typ`. `'any'` opts out; then an ID token may pass for an access token.
   */
  readonly typ: string | null | readonly (string | null)[]
  /** How far clocks may be apart: an hour at most. @default 0 */
  readonly clockTolerance?: Duration
  /** How long after `iat` a token is accepted, whatever its `exp`. Requires `iat`. @default no limit */
  readonly maxTokenAge?: Duration
  /** Claims that must be present and not null. `iss` and `exp` always are. @default [] */
  readonly requiredClaims?: readonly string[]
  /**
   * Any Standard Schema; its output becomes `claims`. A schema that answers synchronously is asked once for each token
   * that is remembered, so it must depend on the claims alone: for a denylist, use `revoked`.
   */
  readonly claimsSchema?: Schema
  /**
   * Asked last, on every use of a token, remembered or not: `true` refuses it with `SB_TOKEN_REVOKED` (401). When it
   * throws, rejects, returns anything but a boolean or takes longer than 5 seconds, the request is answered 503.
   */
  revoked?(verified: VerifiedToken<SchemaOutput<Schema>>): MaybePromise<boolean>
  /**
   * Revocations that this process knows of, from `createRevocations` of `@sealbearer/sessions`. They are looked at on every
   * use of a token, remembered or not, and cost no round trip. They also learn which tokens of sessions are used.
   */
  readonly revocations?: TokenRevocations
  /** Characters of the longest token that is looked at. @default 16384 */
  readonly maxTokenSize?: number
  /**
   * Remembers accepted tokens, by their exact text, while they are valid and their keys trusted. The claims
   * of remembered tokens stay in memory in plain, those of encrypted tokens too, until they have expired and
   * others take their place; `false` keeps none. @default { maxEntries: 10000, maxBytes: 16777216 }
   */
  readonly cache?: false | CacheLimits
  readonly now?: Clock
}

/** Signed tokens. */
interface SignedOptions {
  readonly signature: VerifierSignaturePolicy
  readonly encryption?: undefined
}

/** Signed tokens inside envelopes. */
interface NestedOptions {
  readonly signature: VerifierSignaturePolicy
  readonly encryption: EnvelopePolicy
}

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

/** The policy of a verifier. The presence of `signature` and `encryption` is the form it accepts. */
export type VerifierOptions<Schema extends StandardSchemaV1 | undefined = undefined> = ClaimsOptions<Schema> &
  (SignedOptions | NestedOptions | EncryptedOptions)
