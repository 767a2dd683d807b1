import { ownMember } from '../compact/json.js'
import { durationOption, stringList } from '../options.js'
import type { Duration } from '../time.js'
import type { Identity } from './identity.js'

/** How, and how recently, the user must have authenticated. */
interface StepUpOptions {
  readonly acr?: string | readonly string[] | undefined
  readonly maxAge?: Duration | undefined
}

/** The required authentication of the user. */
interface StepUp {
  readonly holds: (identity: Identity<unknown>) => boolean
  /** Attributes of a challenge (RFC 9470 §3). */
  readonly attributes: Readonly<Record<string, string | undefined>>
}

/** Seconds that the issuer's clock may be ahead. */
const tolerance = 60

/** Printable, and without the space that separates values in a challenge. */
const acrValue = /^[\x21-\x7e]+$/

/**
 * Reads the members `acr` and `maxAge` of a requirement; `undefined` if both are absent.
 *
 * @throws {TypeError}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9470#section-3 RFC 9470 §3}
 */
export function stepUpOption(options: StepUpOptions): StepUp | undefined {
  const accepted = acrOption(options.acr)
  const maxAge = durationOption('requirement.maxAge', options.maxAge)
  if (maxAge !== undefined && maxAge < 1) {
    throw new TypeError("requirement.maxAge: must be at least a second, such as '10m'")
  }
  if (accepted === undefined && maxAge === undefined) return undefined
  return {
    holds: ({ verification: { claims, now } }) => {
      const acr = ownMember(claims, 'acr')
      const authTime = ownMember(claims, 'auth_time')
      if (accepted !== undefined && !accepted.some((one) => one === acr)) return false
      if (maxAge === undefined) return true
      if (typeof authTime !== 'number') return false
      const age = now() - authTime
      return age <= maxAge && age >= -tolerance
    },
    attributes: {
      acr_values: accepted?.join(' '),
      max_age: maxAge === undefined ? undefined : String(Math.floor(maxAge)),
    },
  }
}

function acrOption(value: StepUpOptions['acr']): readonly string[] | undefined {
  if (value === undefined) return undefined
  const wayOut = "must be a value of acr such as 'urn:example:mfa', without spaces, or a list of them"
  const values = stringList('requirement.acr', value, wayOut)
  if (!values.every((one) => acrValue.test(one))) throw new TypeError(`requirement.acr: ${wayOut}`)
  return values
}
