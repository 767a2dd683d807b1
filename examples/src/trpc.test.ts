import { expect, test } from 'vitest'
import {
  createRecipeIssuer,
  loadRecipe,
  type ServerRecipe,
  startServer,
  testRecipe,
  testSecondCredential,
} from './testing/recipe.js'

testRecipe('trpc.ts', { start: startServer('/orders.list') })

testSecondCredential('trpc.ts', '/orders.list')

test('trpc.ts answers each procedure of a batch, and adds the challenge', async () => {
  const issuer = await createRecipeIssuer()
  const start = startServer('/orders.list,unknown?batch=1')
  const { ask, close } = await start(
    await loadRecipe<ServerRecipe>('trpc.ts', { ISSUER: await issuer.listen() }),
  )
  const refused = await ask()
  expect(refused.headers.get('www-authenticate')).toBe('Bearer scope="orders:read"')
  const answer = await ask(await issuer.mint({ scope: 'orders:read' }))
  expect(answer.status).toBe(207)
  expect(JSON.parse(await answer.text())).toMatchObject([
    { result: { data: { sub: 'test-user' } } },
    { error: { data: { code: 'NOT_FOUND' } } },
  ])
  await close()
  await issuer.close()
})
