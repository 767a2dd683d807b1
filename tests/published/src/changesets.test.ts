import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
}

const manifests = readdirSync(new URL('packages/', root))
  .map((name) => new URL(`packages/${name}/package.json`, root))
  .filter((file) => existsSync(file))
  // Our own files.
  .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Manifest)
const published = manifests.filter((manifest) => manifest.private !== true)

const changesets = readdirSync(new URL('.changeset/', root)).filter((name) => name.endsWith('.md'))

/** The packages in the front matter of a changeset. */
const namesIn = (changeset: string): readonly string[] => {
  const [, head = ''] = readFileSync(new URL(`.changeset/${changeset}`, root), 'utf8').split(/^---$/m)
  return [...head.matchAll(/^'([^']+)': (?:patch|minor|major)$/gm)].map(([, name = '']) => name)
}

test.each(changesets)('%s names public packages, each once', (changeset) => {
  const names = namesIn(changeset)
  expect(names).not.toEqual([])
  expect(names).toEqual([...new Set(names)])
  expect(published.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]))
})

test('a changeset releases each package that has no version yet', () => {
  const unreleased = published.filter(({ version }) => version === '0.0.0').map(({ name }) => name)
  expect(changesets.flatMap(namesIn)).toEqual(expect.arrayContaining(unreleased))
})
