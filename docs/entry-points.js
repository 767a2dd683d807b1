import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packages = new URL('../packages/', import.meta.url)

/** Doors that are no part of the public interface. */
const hidden = ['@sealbearer/core/internal', '@sealbearer/cli']

/** What each of a package's further entries is for. @type {Readonly<Record<string, string>>} */
const doors = {
  './adapter': 'What an adapter for another framework is made of',
  './client': 'Renews the tokens of browsers, apps and other clients',
  './jose': 'Signs, encrypts and opens any bytes',
  './key-ring': 'Keys that are rotated on time',
  './key-ring/file': 'A key ring in a file',
  './stores': 'The interfaces of stores, and the store in memory',
}

/**
 * What users import, and the source of each: every entry of the packages' `exports`.
 *
 * @type {readonly { name: string, description: string, file: string, source: string }[]}
 */
export const entryPoints = readdirSync(packages)
  .filter((folder) => existsSync(new URL(`${folder}/package.json`, packages)))
  .flatMap((folder) => {
    const { name, description, exports } = JSON.parse(
      readFileSync(new URL(`${folder}/package.json`, packages), 'utf8'),
    )
    return Object.entries(exports)
      .filter(([, { types }]) => types !== undefined)
      .map(([path, { types }]) => {
        const source = `${folder}/${types.replace('./dist/', 'src/').replace('.d.ts', '')}`
        return {
          name: `${name}${path.slice(1)}`,
          description: path === '.' ? description : (doors[path] ?? ''),
          file: fileURLToPath(new URL(`${source}.ts`, packages)),
          // The name that TypeDoc gives it.
          source: source.replace(/\/index$/, ''),
        }
      })
  })
  .filter(({ name }) => !hidden.includes(name))
