import { checkTokenSize, defaultMaxTokenSize } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { adopt, chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { checkMembers, oneOf } from '../options.js'
import { withinTime } from '../time.js'
import type { JwtClaims, VerifiedClaims } from './claims.js'
import { issuerOption, partyOf } from './parties.js'
import type { TokenForm, Verdict, VerifiedToken } from './verdict.js'
import { registerVerifier, type Verifier } from './verifier-policy.js'

/** What a custom verifier returns for an accepted token. */
export interface DefinedToken<Claims = VerifiedClaims> extends Partial<VerifiedToken<Claims>> {
  readonly claims: Claims
}

/** A custom verifier. */
export interface DefineVerifierOptions<Claims = VerifiedClaims> {
  /**
   * The form of its tokens. By default it accepts any text if it is the only verifier, and otherwise only text that is
   * neither a JWS nor a JWE.
   */
  readonly form?: TokenForm | 'opaque' | undefined
  /** The `iss` of its tokens, by which it is selected among several verifiers. @default any */
  readonly issuers?: string | readonly string[] | undefined
  /**
   * Verifies a token, on every use: nothing is cached. To reject it, throw `new SealbearerError(code)` with a code of
   * status 401 or 503; any other error is treated as a defect, to which frameworks respond with 500. After 30 seconds
   * the response is 503.
   */
  readonly verify: (token: string) => MaybePromise<DefinedToken<Claims>>
}

const forms = ['signed', 'encrypted', 'nested', 'opaque'] as const

/** Seconds. */
const timeLimit = 30

/**
 * Creates a custom verifier: for token introspection, a remote service, or tracing around another verifier.
 * Authenticators accept it like any other. Checks only that `claims` is an object and that the token has at most
 * 16,384 characters; everything else is up to `verify`.
 *
 * @throws {TypeError} for an option that is missing, unknown or invalid.
 * @example
 * const traced = defineVerifier({ verify: (token) => tracer.startActiveSpan('verify', () => verifier.verify(token)) })
 */
export function defineVerifier<Claims = VerifiedClaims>(
  options: DefineVerifierOptions<Claims>,
): Verifier<Claims> {
  checkMembers('defineVerifier', options, ['form', 'issuers', 'verify'])
  const { form, verify } = options
  if (form !== undefined) oneOf('form', form, forms)
  if (typeof verify !== 'function') {
    throw new TypeError('verify: required: (token) => the verified token, or a promise of it')
  }
  const issuers = options.issuers === undefined ? undefined : issuerOption(options.issuers)
  const isLate = (): Error => new SealbearerError('SB_KEYS_UNAVAILABLE', 'verify')

  const check = (token: string): MaybePromise<Verdict<Claims>> => {
    checkTokenSize(token, defaultMaxTokenSize)
    const found = adopt(verify(token))
    const inTime = isPromise(found) ? withinTime(timeLimit, isLate, () => found) : found
    return chain(inTime, (defined) => verdictOf(defined))
  }
  const verdictOf = (found: DefinedToken<Claims>): Verdict<Claims> => {
    const claims: unknown = found?.claims
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
      throw new TypeError('verify: must return { claims } with an object, or throw a SealbearerError')
    }
    // An object, whose members are checked where they are used.
    const read = claims as JwtClaims
    return {
      token: Object.freeze({
        claims: found.claims,
        form: found.form ?? form ?? 'opaque',
        protectedHeader: found.protectedHeader ?? Object.freeze({}),
        encryptionHeader: found.encryptionHeader,
        confirmation: Object.hasOwn(read, 'cnf') ? read['cnf'] : found.confirmation,
      }),
      claims: read,
      outerClaims: undefined,
      isRepeatable: false,
      generations: [],
      now: () => Date.now() / 1000,
      revocations: undefined,
      recheck: (_, token) => check(token),
      // What a custom verifier depends on is unknown.
      stillHolds: () => true,
    }
  }
  return registerVerifier(
    {
      async verify(token: string): Promise<VerifiedToken<Claims>> {
        return (await check(token)).token
      },
    },
    {
      form,
      issuers: issuers?.issuers,
      takesIssuer: issuers?.takesIssuer ?? (() => true),
      signers: issuers?.issuers?.map(partyOf) ?? [],
      envelope: undefined,
      maxTokenSize: defaultMaxTokenSize,
      check,
    },
  )
}
