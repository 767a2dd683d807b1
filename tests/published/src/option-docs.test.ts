import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const packages = new URL('../../../packages/', import.meta.url)

const sources = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter(
    (name) => /^[^/]+\/src\/.*(?<!\.test)\.ts$/.test(name) && !/^cli\/|^[^/]+\/src\/testing\//.test(name),
  )

/** Options as they are passed on between files. */
const internal = /^(?:Checked|Pinned|Shared|Feed|IssuerLookup)/

interface Member {
  readonly name: string
  readonly docs: string
  readonly isOptional: boolean
}

/** The members of an interface, with their docstrings, as Biome formats them. */
const membersOf = (body: string): readonly Member[] =>
  [...body.matchAll(/(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(?:readonly )?(\w+)(\??)[:(<]/gm)].map(
    ([, docs = '', name = '', mark]) => ({ name, docs, isOptional: mark === '?' }),
  )

const options = sources.flatMap((file) =>
  [
    ...readFileSync(new URL(file, packages), 'utf8').matchAll(
      /^export interface (\w+Options)\b(?:[^{}]|\{[^}\n]+\})*\{\n([\s\S]*?)^\}/gm,
    ),
  ]
    .filter(([, name = '']) => !internal.test(name))
    .flatMap(([, name, body = '']) =>
      membersOf(body).map((member) => ({ ...member, option: `${file}: ${name}.${member.name}` })),
    ),
)

test('every option says what it does, and what happens without it', () => {
  expect(options.length).toBeGreaterThan(200)
  expect(options.filter(({ docs }) => docs.trim() === '').map(({ option }) => option)).toEqual([])
  const silent = options.filter(({ docs, isOptional }) => isOptional && !docs.includes('@default'))
  expect(silent.map(({ option }) => option)).toEqual([])
})
