import type { StandardSchemaV1 } from '@standard-schema/spec'
import { maxTokenSizeOption } from '../compact/segments.js'
import { SealbearerError } from '../errors.js'
import { adopt, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { checkMembers } from '../options.js'
import { secondsClock, withinTime } from '../time.js'
import { claimsPolicy } from './claims-policy.js'
import { claimsSchemaOption } from './claims-schema.js'
import { type RevocationCheck, revocationsOption, type TokenRevocations } from './revocations.js'
import { type FormReader, formReader } from './token-reader.js'
import type { ClaimsPolicy } from './validate.js'
import type { Verification, VerifiedToken } from './verification.js'
import type { AnyVerifierOptions } from './verifier-options.js'

/** Everything that one verifier checks. */
export interface VerifierRules {
  readonly reader: FormReader
  readonly claimsPolicy: ClaimsPolicy
  readonly maxTokenSize: number
  readonly schema: StandardSchemaV1 | undefined
  readonly checkRevoked: RevokedCheck | undefined
  readonly checkRevocations: RevocationCheck | undefined
  readonly revocations: TokenRevocations | undefined
  /** Seconds. */
  readonly now: () => number
}

const optionNames = [
  'issuer',
  'audience',
  'typ',
  'signature',
  'encryption',
  'clockTolerance',
  'exp',
  'maxTokenAge',
  'requiredClaims',
  'claimsSchema',
  'revoked',
  'revocations',
  'maxTokenSize',
  'profile',
  'cache',
  'now',
] as const satisfies readonly (keyof AnyVerifierOptions)[]

/** Reads the options of a verifier. @throws {TypeError} */
export function verifierRules(options: AnyVerifierOptions): VerifierRules {
  checkMembers('createVerifier', options, optionNames)
  const policy = claimsPolicy(options)
  return {
    claimsPolicy: policy,
    reader: formReader(options),
    maxTokenSize: maxTokenSizeOption(options.maxTokenSize),
    now: secondsClock(options.now),
    schema: claimsSchemaOption('claimsSchema', options.claimsSchema),
    checkRevoked: revokedOption(options.revoked),
    checkRevocations: revocationsOption(options.revocations, policy.clockTolerance),
    revocations: options.revocations,
  }
}

/** Maximum time in seconds that a request waits for `revoked`. */
const timeLimit = 5

const isLate = (): Error => new SealbearerError('SB_STORE_UNAVAILABLE', 'revoked')

/** Returns the result of a verification unless its token is revoked. */
type RevokedCheck = (verification: Verification<unknown>) => MaybePromise<Verification<unknown>>

/**
 * Reads the option `revoked`.
 *
 * The check fails closed: only `false` accepts a token, `true` rejects it with `SB_TOKEN_REVOKED`, and anything else (an
 * exception, a rejection, another value, a timeout) results in `SB_STORE_UNAVAILABLE`.
 *
 * @throws {TypeError} for anything but a function.
 */
function revokedOption<Claims>(
  revoked: ((verified: VerifiedToken<Claims>) => MaybePromise<boolean>) | undefined,
): RevokedCheck | undefined {
  if (revoked === undefined) return undefined
  if (typeof revoked !== 'function') {
    throw new TypeError('revoked: must be a function that returns true to reject a verified token')
  }
  const ask = (verification: Verification<unknown>): MaybePromise<unknown> => {
    // The function was written for the claims type of this verifier.
    const verified = verification.token as VerifiedToken<Claims>
    const answer: MaybePromise<unknown> = adopt(revoked(verified))
    return isPromise(answer) ? withinTime(timeLimit, isLate, () => answer) : answer
  }
  return (verification) =>
    chainOrRecover(
      () => ask(verification),
      (answer) => {
        if (answer === false) return verification
        if (answer === true) throw new SealbearerError('SB_TOKEN_REVOKED')
        throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revoked')
      },
      () => {
        throw new SealbearerError('SB_STORE_UNAVAILABLE', 'revoked')
      },
    )
}
