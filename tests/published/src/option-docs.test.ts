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
      /^export interface (\w+Options|Requirement)\b(?:[^{}]|\{[^}\n]+\})*\{\n([\s\S]*?)^\}/gm,
    ),
  ]
    .filter(([, name = '']) => !internal.test(name))
    .flatMap(([, name, body = '']) =>
      membersOf(body).map((member) => ({ ...member, option: `${file}: ${name}.${member.name}` })),
    ),
)

test('every option says what it does, and what happens without it', () => {
  expect(options.length).toBeGreaterThan(200)
  expect(options.map(({ option }) => option)).toContain('core/src/http/requirement.ts: Requirement.maxAge')
  expect(options.filter(({ docs }) => docs.trim() === '').map(({ option }) => option)).toEqual([])
  const silent = options.filter(({ docs, isOptional }) => isOptional && !docs.includes('@default'))
  expect(silent.map(({ option }) => option)).toEqual([])
})

const entries = sources
  .filter((file) => /^[^/]+\/src\/(?:index|adapter|stores|jose|key-ring|client)\.ts$/.test(file))
  .map((file) => readFileSync(new URL(file, packages), 'utf8'))
  .join('\n')

/** Statuses are HTTP's; the others are counted. */
const withoutUnit = new Set([
  'status',
  'statusCode',
  'failures',
  'version',
  'generation',
  'current',
  'previous',
])
const unit = /second|byte|character|\bbits\b|how many|number of|index|at most|count|maximum/i

const numbers = sources.flatMap((file) =>
  [
    ...readFileSync(new URL(file, packages), 'utf8').matchAll(
      /(?:^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^export interface (\w+)\b(?:[^{}]|\{[^}\n]+\})*\{\n([\s\S]*?)^\}/gm,
    ),
  ]
    .filter(([, , name = '']) => new RegExp(`\\b${name}\\b`).test(entries))
    .flatMap(([, about = '', name, body = '']) =>
      [
        ...body.matchAll(
          /(?:^ {2}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?^ {2}(?:readonly )?(\w+)\??: (?:number|number \| undefined)$/gm,
        ),
      ].map(([, docs = '', member = '']) => ({
        member,
        docs: about + docs,
        at: `${file}: ${name}.${member}`,
      })),
    ),
)

test('every number says in which unit it is', () => {
  expect(numbers.length).toBeGreaterThan(30)
  const silent = numbers.filter(({ member, docs }) => !withoutUnit.has(member) && !unit.test(docs))
  expect(silent.map(({ at }) => at)).toEqual([])
})
