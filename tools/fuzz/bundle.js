// Makes of each target a module of CommonJS with core in it, because that is what the fuzzer instruments.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

// Not imported, because the workspace, which checks the types of this file, does not have it.
const { build } = createRequire(import.meta.url)('esbuild')

const source = fileURLToPath(new URL('../../tests/hardening/src/', import.meta.url))
const core = fileURLToPath(new URL('../../packages/core/src', import.meta.url))
const testKit = fileURLToPath(new URL('../../packages/core/test-kit', import.meta.url))

/**
 * @param {string} name
 * @param {'node' | 'web'} engine
 * @param {URL} folder
 * @returns {Promise<string>} The module's path.
 */
export async function bundle(name, engine, folder) {
  const outfile = fileURLToPath(new URL(`${name}.cjs`, folder))
  await build({
    stdin: {
      contents: `
        import { targets } from './properties/fuzz/targets.js'
        const target = targets[${JSON.stringify(name)}]
        export const fuzz = (data) => target(data.toString())`,
      resolveDir: source,
      loader: 'ts',
    },
    alias: { '#core': core, '#core-test-kit': testKit, '#crypto': `${core}/crypto/${engine}.ts` },
    // Read where a test key is asked for, which no target does.
    define: { 'import.meta.url': '"file:///"' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    outfile,
  })
  return outfile
}
