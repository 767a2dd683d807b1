import { bearerHeaders, testRecipe } from './testing/recipe.js'

interface Recipe {
  readonly app: { handle(request: Request): Promise<Response> }
}

testRecipe<Recipe>('elysia.ts', {
  start: ({ app }) => ({
    ask: (token) =>
      app.handle(new Request('https://api.example.com/orders', { headers: bearerHeaders(token) })),
    close() {},
  }),
})
