import type { StandardSchemaV1 } from '@standard-schema/spec'
import { abandon } from '../maybe-promise.js'
import { durationOption, stringList } from '../options.js'
import type { Duration } from '../time.js'
import { type KnownTexts, knownTexts } from './known-texts.js'
import type { VerifierOptions } from './verifier-options.js'

/** What claims are checked against; all of it in the form that the checks need. */
export interface ClaimsPolicy {
  readonly takesIssuer: (iss: string) => boolean
  /** `undefined` where the policy says `'any'`. */
  readonly audiences: KnownTexts | undefined
  readonly requiredClaims: readonly string[]
  /** Seconds. */
  readonly clockTolerance: number
  /** Seconds. */
  readonly maxTokenAge: number | undefined
}

/** Reads the options that claims are checked against. @throws {TypeError} */
export function claimsPolicy(
  options: VerifierOptions<StandardSchemaV1 | undefined>,
): ClaimsPolicy & IssuerPolicy {
  return {
    ...issuerOption(options.issuer),
    audiences: audienceOption(options.audience),
    requiredClaims: requiredClaimsOption(options.requiredClaims),
    clockTolerance: toleranceOption(options.clockTolerance),
    maxTokenAge: durationOption('maxTokenAge', options.maxTokenAge),
  }
}

/** Which issuers a policy takes. */
export interface IssuerPolicy {
  /** `undefined` where a function decides. */
  readonly issuers: readonly string[] | undefined
  readonly takesIssuer: (iss: string) => boolean
}

/** Reads the `issuer` option of a verifier. @throws {TypeError} */
export function issuerOption(issuer: unknown): IssuerPolicy {
  if (typeof issuer === 'function') {
    return {
      issuers: undefined,
      takesIssuer(iss) {
        try {
          const answer: unknown = issuer(iss)
          // A promise is refused below.
          abandon(answer)
          return answer === true
        } catch {
          return false
        }
      },
    }
  }
  const issuers = stringList(
    'issuer',
    issuer,
    'required: the exact iss of the tokens, a list, or (iss) => boolean',
  )
  return { issuers, takesIssuer: knownTexts(issuers).has }
}

/** Reads the `audience` option of a verifier; `undefined` means any. @throws {TypeError} */
function audienceOption(audience: unknown): KnownTexts | undefined {
  if (audience === 'any') return undefined
  const wayOut = "required: our own name as issuers put it into aud, or a list; 'any' (alone) opts out"
  const list = stringList('audience', audience, wayOut)
  if (list.includes('any')) throw new TypeError(`audience: ${wayOut}`)
  return knownTexts(list)
}

/** RFC 7519 §4.1.4: usually no more than a few minutes. More than an hour is mostly milliseconds for seconds. */
const largestTolerance = 3600

/** Reads the `clockTolerance` option of a verifier, in seconds. @throws {TypeError} */
export function toleranceOption(clockTolerance: Duration | undefined): number {
  const seconds = durationOption('clockTolerance', clockTolerance) ?? 0
  if (seconds <= largestTolerance) return seconds
  throw new TypeError(
    `clockTolerance: must be ${largestTolerance} seconds at most; within it, tokens live on after their exp`,
  )
}

function requiredClaimsOption(names: unknown): readonly string[] {
  if (names === undefined || (Array.isArray(names) && names.length === 0)) return []
  return stringList('requiredClaims', names, "must be a list of claim names, such as ['sub']")
}
