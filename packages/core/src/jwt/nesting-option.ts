import { checkMembers } from '../options.js'
import { registeredClaimNames } from './claims.js'

/**
 * Reads the `encryption.nesting` option: the name of the claim that carries the signed token.
 *
 * @returns `undefined` where the signed token goes straight into the envelope.
 * @throws {TypeError}
 */
export function nestingClaimOption(nesting: unknown): string | undefined {
  if (nesting === undefined) return undefined
  checkMembers('encryption.nesting', nesting, ['claim'])
  const claim: unknown =
    typeof nesting === 'object' && nesting !== null && 'claim' in nesting && nesting.claim
  if (typeof claim !== 'string' || claim === '' || registeredClaimNames.includes(claim)) {
    throw new TypeError("encryption.nesting.claim: must be a claim name of your own, such as 'token'")
  }
  return claim
}
