import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import base from '../../vitest.config.js'

/** Core's own tests run on its sources, so the seam `#crypto` has to lead there and not to `dist`. */
export default mergeConfig(base, {
  resolve: { alias: { '#crypto': fileURLToPath(new URL('src/crypto/web.ts', import.meta.url)) } },
})
