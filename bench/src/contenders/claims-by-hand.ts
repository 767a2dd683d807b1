import { type Claims, secondsNow } from '../material/claims.js'
import { parties } from '../material/parties.js'

const utf8 = new TextDecoder()

/** Reads claims and checks issuer, audience and expiry, for what only gives bytes. */
export function checkedClaims(bytes: Uint8Array): Claims {
  // The checks below are on its members.
  const claims = JSON.parse(utf8.decode(bytes)) as Claims
  if (claims.iss !== parties.issuer) throw new Error('another issuer')
  if (claims.aud !== parties.audience) throw new Error('another audience')
  if (!(claims.exp > secondsNow())) throw new Error('expired')
  return claims
}
