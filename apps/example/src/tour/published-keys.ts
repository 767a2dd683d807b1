import type { JSONWebKeySet, JWK } from 'jose'
import type { Example } from '../example.js'

/** Fetches what anyone can: the keys that tokens are signed with, and the one to encrypt to. */
export async function publishedKeys({ tokenService, servers }: Example): Promise<JSONWebKeySet> {
  const sets = await Promise.all(
    [tokenService, servers.fastify].map(async ({ url }): Promise<{ readonly keys: readonly JWK[] }> => {
      const response = await fetch(`${url}/.well-known/jwks.json`)
      return response.json()
    }),
  )
  return { keys: sets.flatMap(({ keys }) => keys) }
}
