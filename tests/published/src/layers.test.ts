import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const source = new URL('packages/core/src/', root)

/** The folders of core in the order of CONTRIBUTING's table. */
const [, table = ''] = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8').split(
  '| folder of `packages/core/src` |',
)
const layers = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, folder = '']) => folder),
)

const folderOf = (file: string): string => file.split('/')[0] ?? ''
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => layers.includes(folderOf(file)) && /(?<!\.test)\.ts$/.test(file))

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(new URL(file, source), 'utf8').matchAll(/ from '(\.[^']+)\.js'/g)].map(
    ([, path = '']) => `${posix.join(posix.dirname(file), path)}.ts`,
  )

/** Folders that a file imports from and that stand below its own in the table. */
function downward(file: string): readonly string[] {
  const own = layers.indexOf(folderOf(file))
  const folders = new Set(importsOf(file).map(folderOf))
  return [...folders].filter((folder) => layers.indexOf(folder) > own)
}

/** The files of a circle of imports that a file leads into, if there is one. */
function circleFrom(file: string, path: readonly string[] = [], done = new Set<string>()): readonly string[] {
  if (path.includes(file)) return path.slice(path.indexOf(file))
  if (done.has(file)) return []
  for (const next of importsOf(file)) {
    const circle = circleFrom(next, [...path, file], done)
    if (circle.length > 0) return circle
  }
  done.add(file)
  return []
}

test('the folders of core import from those above them in the table', () => {
  expect(layers).toEqual([
    ...['crypto', 'compact', 'keys', 'remote-keys', 'jws', 'jwe', 'jwt', 'key-ring', 'stores', 'http'],
  ])
  expect(files.length).toBeGreaterThan(100)
  expect(files.flatMap((file) => downward(file).map((folder) => `${file} imports ${folder}`))).toEqual([])
})

test('no file of core imports itself by way of others', () => {
  expect(files.flatMap((file) => circleFrom(file))).toEqual([])
})
