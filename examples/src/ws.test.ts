import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  bearerHeaders,
  createRecipeIssuer,
  loadRecipe,
  type ServerRecipe,
  startServer,
  testRecipe,
  urlOf,
} from './testing/recipe.js'

/** The first message as the body of a response, or the refusal of the handshake. */
async function shakeHands(url: string, token?: string): Promise<Response> {
  const socket = new WebSocket(url, { headers: bearerHeaders(token) })
  const opened = once(socket, 'message').then(([message]) => new Response(String(message)))
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    const headers = Object.entries(response.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    return new Response(await text(response), { status: response.statusCode ?? 0, headers })
  })
  opened.catch(() => {})
  refused.catch(() => {})
  const response = await Promise.race([opened, refused])
  socket.on('error', () => {})
  socket.terminate()
  return response
}

testRecipe<ServerRecipe>('ws.ts', {
  async start({ server }) {
    const url = await urlOf(server)
    const { close } = await startServer('/')({ server })
    return { ask: (token) => shakeHands(url.replace('http', 'ws'), token), close }
  },
})

test('ws.ts closes the socket when the token expires', async () => {
  const issuer = await createRecipeIssuer()
  const { server } = await loadRecipe<ServerRecipe>('ws.ts', { ISSUER: await issuer.listen() })
  const { close } = await startServer('/')({ server })
  const exp = Math.floor(Date.now() / 1000) + 2
  const headers = bearerHeaders(await issuer.mint({ scope: 'orders:read', exp }))
  const socket = new WebSocket((await urlOf(server)).replace('http', 'ws'), { headers })
  const [code, reason] = await once(socket, 'close')
  expect([code, String(reason)]).toEqual([4401, 'The token has expired'])
  await close()
  await issuer.close()
})
