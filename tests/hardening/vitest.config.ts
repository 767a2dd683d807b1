import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.config.js'

const core = fileURLToPath(new URL('../../packages/core/src', import.meta.url))

/** Runs on core's sources, once with each implementation behind the seam `#crypto`. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: ['node', 'web'].map((name) => ({
        extends: true,
        resolve: { alias: { '#core': core, '#crypto': `${core}/crypto/${name}.ts` } },
        // What is under properties/ takes both implementations itself, and compares them.
        test: {
          name,
          exclude: [...configDefaults.exclude, ...(name === 'web' ? ['src/properties/**'] : [])],
        },
      })),
    },
  }),
)
