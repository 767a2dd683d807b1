import type { JSONWebKeySet, JWK } from 'jose'
import type { Example } from '../example.js'

/** Fetches the published keys: those of signatures, and the one for encryption. */
export async function publishedKeys({ tokenService, servers }: Example): Promise<JSONWebKeySet> {
  const sets = await Promise.all(
    [tokenService, servers.fastify].map(async ({ url }): Promise<{ readonly keys: readonly JWK[] }> => {
      const response = await fetch(`${url}/.well-known/jwks.json`)
      return response.json()
    }),
  )
  return { keys: sets.flatMap(({ keys }) => keys) }
}
