import type { Forgery } from '../measure/contender.js'
import { type Claims, claimsOf, secondsNow, subjectOf } from './claims.js'

/** Makes a token of some form, with the right key or an attacker's. */
export interface Mint {
  /** A good token with these claims. */
  token(claims: Claims): string | Promise<string>
  /** The same by someone without our key. */
  attackers(claims: Claims): string | Promise<string>
}

const wrongClaims: Readonly<Record<string, Partial<Claims>>> = {
  'expired a minute ago': { exp: secondsNow() - 60, iat: secondsNow() - 3600 },
  'from another issuer': { iss: 'https://auth.elsewhere.example' },
  'for another audience': { aud: 'https://invoices.elsewhere.example' },
}

/** Another letter in the middle of the last segment, where no bit of it is padding. */
function altered(token: string): string {
  const at = token.length - 8
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

/** Tokens which no contender may accept. */
export async function forgeries(mint: Mint): Promise<readonly Forgery[]> {
  const claims = claimsOf(subjectOf(1))
  const good = await mint.token(claims)
  const wrong = Object.entries(wrongClaims).map(
    async ([title, changes]): Promise<Forgery> => ({
      title,
      token: await mint.token({ ...claims, ...changes }),
      needs: 'claims',
    }),
  )
  return [
    { title: 'under a key of its own', token: await mint.attackers(claims), needs: 'integrity' },
    { title: 'altered on its way', token: altered(good), needs: 'integrity' },
    ...(await Promise.all(wrong)),
  ]
}
