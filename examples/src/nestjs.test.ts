import { bearerHeaders, testRecipe } from './testing/recipe.js'

interface Recipe {
  readonly app: { getUrl(): Promise<string>; close(): Promise<void> }
}

for (const PLATFORM of ['express', 'fastify']) {
  testRecipe<Recipe>('nestjs.ts', {
    env: { PLATFORM },
    async start({ app }) {
      const url = await app.getUrl()
      return {
        ask: (token) => fetch(`${url}/orders`, { headers: bearerHeaders(token) }),
        close: () => app.close(),
      }
    },
  })
}
