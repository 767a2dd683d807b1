import { engine } from '#crypto'
import { parseJsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'

/**
 * Reads the `iss` of a JWS before anybody has vouched for it, to choose a verifier by, which then checks it.
 *
 * @throws {SealbearerError} `SB_TOKEN_MALFORMED`, `SB_ISSUER_MISMATCH` where there is none.
 */
export function unverifiedIssuer(claimsSegment: string): string {
  const claims = parseJsonObject(engine.decodeBase64urlText(claimsSegment))
  if (claims === undefined) throw new SealbearerError('SB_TOKEN_MALFORMED')
  const { iss } = claims
  if (typeof iss !== 'string') throw new SealbearerError('SB_ISSUER_MISMATCH', 'iss')
  return iss
}
