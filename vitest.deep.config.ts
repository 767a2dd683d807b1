import { configDefaults, defineConfig } from 'vitest/config'
import base from './vitest.config.js'

/** What takes long: run it in a package, with `npx vitest run --config ../../vitest.deep.config.ts`. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['src/**/*.deep.test.ts'], exclude: configDefaults.exclude },
})
