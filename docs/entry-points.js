import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packages = new URL('../packages/', import.meta.url)

/** Doors that are no part of the public interface. */
const hidden = ['@sealbearer/core/internal', '@sealbearer/cli']

/**
 * What users import, and the source of each: every entry of the packages' `exports`.
 *
 * @type {readonly { name: string, file: string, source: string }[]}
 */
export const entryPoints = readdirSync(packages)
  .filter((folder) => existsSync(new URL(`${folder}/package.json`, packages)))
  .flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), 'utf8'))
    return Object.entries(exports)
      .filter(([, { types }]) => types !== undefined)
      .map(([path, { types }]) => {
        const source = `${folder}/${types.replace('./dist/', 'src/').replace('.d.ts', '')}`
        return {
          name: `${name}${path.slice(1)}`,
          file: fileURLToPath(new URL(`${source}.ts`, packages)),
          // The name that TypeDoc gives it.
          source: source.replace(/\/index$/, ''),
        }
      })
  })
  .filter(({ name }) => !hidden.includes(name))
