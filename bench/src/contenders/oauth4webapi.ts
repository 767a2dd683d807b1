import { customFetch, type JWKSCacheInput, jwksCache, validateJwtAccessToken } from 'oauth4webapi'
import { secondsNow } from '../material/claims.js'
import { parties } from '../material/parties.js'
import { type SignatureKey, verifyingJwk } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { itemAt } from '../measure/per-item.js'

/**
 * On requests that are there already, as they are in the frameworks it is made for. When it takes its keys
 * for stale, it gets them from here instead of the network. It knows no HMAC.
 */
export function oauth4webapiReader(key: SignatureKey): Contender<string> | undefined {
  if (key.alg === 'HS256') return undefined
  const { issuer, audience } = parties
  const server = { issuer, jwks_uri: `${issuer}/jwks` }
  const jwks = { keys: [verifyingJwk(key)] }
  const cache = { jwks, uat: secondsNow() }
  const options = {
    // Its type of a JWK asks for `kty`, which jose's leaves open.
    [jwksCache]: cache as JWKSCacheInput,
    [customFetch]: async () => Response.json(jwks),
    signingAlgorithms: [key.alg],
  }
  return {
    name: 'oauth4webapi',
    role: 'peer',
    bind: (tokens) => {
      const requests = tokens.map(
        (token) => new Request(audience, { headers: { authorization: `Bearer ${token}` } }),
      )
      return (index) => validateJwtAccessToken(server, itemAt(requests, index), audience, options)
    },
  }
}
