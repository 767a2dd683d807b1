import type { Server } from 'node:http'
import type { Server as SocketServer } from 'socket.io'
import { io as connect, type Socket } from 'socket.io-client'
import { expect, test } from 'vitest'
import { createRecipeIssuer, loadRecipe, testRecipe, urlOf } from './testing/recipe.js'

interface Recipe {
  readonly io: SocketServer
}

interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const addressOf = ({ io }: Recipe): Promise<string> =>
  urlOf((io as unknown as { httpServer: Server }).httpServer)

/** Connects, or resolves with what the client is told. */
async function open(url: string, token?: string): Promise<Socket | Refusal> {
  const socket = connect(url, {
    auth: { token },
    reconnection: false,
    forceNew: true,
    transports: ['websocket'],
  })
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(socket))
    socket.on('connect_error', (error) => resolve((error as Error & { data: Refusal }).data))
  })
}

const asResponse = ({ status, headers }: Refusal): Response => new Response(null, { status, headers })

testRecipe<Recipe>('socket-io.ts', {
  async start(recipe) {
    const url = await addressOf(recipe)
    return {
      async ask(token) {
        const opened = await open(url, token)
        if ('status' in opened) return asResponse(opened)
        const orders: object = await opened.emitWithAck('listOrders')
        opened.close()
        return Response.json(orders)
      },
      close: () => recipe.io.close(),
    }
  },
})

test('socket-io.ts checks the scope of each message, and disconnects when the token expires', async () => {
  const issuer = await createRecipeIssuer()
  const recipe = await loadRecipe<Recipe>('socket-io.ts', { ISSUER: await issuer.listen() })
  const url = await addressOf(recipe)
  const exp = Math.floor(Date.now() / 1000) + 3
  const [reader, writer] = await Promise.all(
    ['orders:read', 'orders:read orders:write'].map(async (scope) =>
      open(url, await issuer.mint({ scope, exp })),
    ),
  )
  if (!reader || !writer || 'status' in reader || 'status' in writer) return expect.unreachable()
  const ended = new Promise((resolve) => reader.on('disconnect', resolve))
  expect(await writer.emitWithAck('deleteOrder', '7')).toEqual({ deleted: '7' })
  expect(await reader.emitWithAck('deleteOrder', '7')).toMatchObject({
    status: 403,
    body: { error: 'insufficient_scope' },
    headers: { 'WWW-Authenticate': expect.stringContaining('scope="orders:write"') },
  })
  expect(await ended).toBe('io server disconnect')
  writer.close()
  await recipe.io.close()
  await issuer.close()
})
