import { bearerHeaders, testRecipe } from './testing/recipe.js'

interface Recipe {
  GET(request: Request): Promise<Response>
}

testRecipe<Recipe>('nextjs-route.ts', {
  env: { NODE_ENV: 'production' },
  start: ({ GET }) => ({
    ask: (token) => GET(new Request('https://api.example.com/orders', { headers: bearerHeaders(token) })),
    close() {},
  }),
})
