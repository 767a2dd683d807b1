import type { Server } from 'node:http'
import { startServer, testRecipe } from './testing/recipe.js'

interface Recipe {
  readonly server: { ready(): Promise<unknown>; readonly node: { readonly server: Server } }
}

testRecipe<Recipe>('h3.ts', {
  async start({ server }) {
    await server.ready()
    return startServer('/orders')({ server: server.node.server })
  },
})
