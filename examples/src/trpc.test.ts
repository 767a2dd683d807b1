import { startServer, testRecipe } from './testing/recipe.js'

testRecipe('trpc.ts', { start: startServer('/orders.list') })
