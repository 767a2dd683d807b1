import { expect, test } from 'vitest'
import {
  createRecipeIssuer,
  loadRecipe,
  type ServerRecipe,
  startServer,
  testRecipe,
  testSecondCredential,
} from './testing/recipe.js'

const start = startServer('/graphql?query=%7Bversion%20orders%7D')

testRecipe('graphql-yoga.ts', { start })

testSecondCredential('graphql-yoga.ts', '/graphql?query=%7Borders%7D')

test('graphql-yoga.ts answers the fields that need no token beside the error', async () => {
  const issuer = await createRecipeIssuer()
  const recipe = await start(await loadRecipe<ServerRecipe>('graphql-yoga.ts', { ISSUER: issuer.issuer }))
  expect(JSON.parse(await (await recipe.ask()).text())).toMatchObject({
    data: { version: '1.0.0', orders: null },
    errors: [{ message: 'This resource requires an access token', path: ['orders'] }],
  })
  await recipe.close()
})
