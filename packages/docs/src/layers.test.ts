import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const source = new URL('packages/core/src/', root)

/** The folders of core in the order of CONTRIBUTING's table, those of tests left away. */
const [, table = ''] = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8').split(
  '| folder of `packages/core/src` |',
)
const layers = [...table.matchAll(/^\| (`.*?`) \|/gm)]
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, folder = '']) => folder))
  .slice(0, -4)

/** Rings are sealed as a JWE. */
const exceptions = ['keys/ring/sealed-store.ts imports jwe']

const folderOf = (file: string): string => file.split('/')[0] ?? ''
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => layers.includes(folderOf(file)) && /(?<!\.test)\.ts$/.test(file))

/** Folders that a file imports from and that stand below its own in the table. */
function downward(file: string): readonly string[] {
  const imports = readFileSync(new URL(file, source), 'utf8').matchAll(/ from '(\.[^']+)'/g)
  const folders = [...imports].map(([, path = '']) => folderOf(posix.join(posix.dirname(file), path)))
  const own = layers.indexOf(folderOf(file))
  return [...new Set(folders)].filter((folder) => layers.indexOf(folder) > own)
}

test('the folders of core import from those above them in the table', () => {
  expect(layers).toEqual(['crypto', 'compact', 'keys', 'jws', 'jwe', 'jwt', 'stores', 'http', 'file-store'])
  expect(files.length).toBeGreaterThan(100)
  expect(files.flatMap((file) => downward(file).map((folder) => `${file} imports ${folder}`))).toEqual(
    exceptions,
  )
})
