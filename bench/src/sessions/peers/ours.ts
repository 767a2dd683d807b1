import { text } from 'node:stream/consumers'
import { isSealbearerError } from '@sealbearer/core'
import { type Place, setUp } from '../setup.js'
import type { Peer } from './token-endpoint.js'

/** `sessions.renew` behind a route of `node:http`. */
export async function ours(place: Place): Promise<Peer> {
  const { sessions, revocations } = await setUp(place)
  return {
    title: 'sealbearer',
    place: place.title,
    path: '/token',
    async listener(request, response) {
      const refreshToken = new URLSearchParams(await text(request)).get('refresh_token') ?? ''
      response.setHeader('Content-Type', 'application/json')
      try {
        const renewed = await sessions.renew(refreshToken)
        const { accessToken: access_token, refreshToken: refresh_token, expiresIn: expires_in } = renewed
        response.end(JSON.stringify({ access_token, refresh_token, expires_in, token_type: 'Bearer' }))
      } catch (error) {
        if (!isSealbearerError(error)) throw error
        response.writeHead(error.status).end(JSON.stringify(error.body))
      }
    },
    newToken: async () => (await sessions.start({ sub: crypto.randomUUID() })).refreshToken,
    async close() {
      revocations.close()
      await place.close()
    },
  }
}
