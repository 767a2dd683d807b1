import type { Server } from 'node:http'
import { startServer, testRecipe, testSecondCredential } from './testing/recipe.js'

interface Recipe {
  readonly server: { ready(): Promise<unknown>; readonly node: { readonly server: Server } }
}

async function serverOf({ server }: Recipe): Promise<Server> {
  await server.ready()
  return server.node.server
}

testRecipe<Recipe>('h3.ts', {
  start: async (recipe) => startServer('/orders')({ server: await serverOf(recipe) }),
})

testSecondCredential('h3.ts', '/orders', serverOf)
