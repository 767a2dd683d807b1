import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vitest/config'
import base from '../../vitest.config.js'

/** Core's own tests run on its sources, once with each implementation behind the seam `#crypto`. */
export default mergeConfig(
  base,
  defineConfig({
    test: {
      projects: ['node', 'web'].map((name) => ({
        extends: true,
        resolve: { alias: { '#crypto': fileURLToPath(new URL(`src/crypto/${name}.ts`, import.meta.url)) } },
        test: { name },
      })),
    },
  }),
)
