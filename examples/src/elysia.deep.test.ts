import { fileURLToPath } from 'node:url'
import { binaryOf, installBinaries, runtimes } from '@sealbearer/runtimes/binaries'
import { beforeAll } from 'vitest'
import { startProgram } from './testing/child-process.js'
import { testRecipe } from './testing/recipe.js'

beforeAll(() => installBinaries(), 300_000)

testRecipe('elysia.ts', {
  title: 'elysia.ts on Bun',
  launch(env) {
    const bun = runtimes.find(({ name }) => name === 'bun')
    const command = (bun && binaryOf(bun)) ?? ''
    const cwd = fileURLToPath(new URL('../', import.meta.url))
    return startProgram({ command, args: ['elysia.ts'], cwd, env, port: /:(\d+)/, path: '/orders' })
  },
})
