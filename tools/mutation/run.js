// Mutates core's source, or the folders of it that are named, and runs its tests against each mutant. With `--own` only the
// tests beside the mutated files run: minutes for a folder, and a lower score.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installTool } from '../../scripts/pnpm.js'

const here = new URL('./', import.meta.url)
const core = new URL('../../packages/core/', here)
const args = process.argv.slice(2).filter((arg) => arg !== '--')
const ownOnly = args.includes('--own')
const folders = args.filter((arg) => arg !== '--own')
const missing = folders.find((folder) => !existsSync(new URL(`src/${folder}/`, core)))
if (missing !== undefined) throw new TypeError(`packages/core/src has no folder "${missing}"`)

const sources = folders.length > 0 ? folders.map((folder) => `src/${folder}/**/*.ts`) : ['src/**/*.ts']
const mutate = [...sources, '!src/**/*.test.ts'].join(',')

installTool(here)
const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, here))
const stryker = path('node_modules/@stryker-mutator/core/bin/stryker.js')
const { status } = spawnSync(
  process.execPath,
  [stryker, 'run', path('stryker.config.js'), '--mutate', mutate],
  {
    cwd: fileURLToPath(core),
    stdio: 'inherit',
    env: {
      ...process.env,
      // Read by vitest.config.js.
      ...(ownOnly &&
        folders.length > 0 && { MUTATION_TESTS: folders.map((name) => `src/${name}/**`).join() }),
    },
  },
)
process.exit(status ?? 1)
