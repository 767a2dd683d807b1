import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const security = read('SECURITY.md')

/** The text under a heading, up to the next of its level or above. */
function sectionOf(heading: string): string {
  const [, behind = ''] = security.split(`\n${heading}\n`)
  const level = heading.indexOf(' ')
  return behind.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? ''
}

/** Cells of the rows of the first table in a text, its head left away. */
const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '))

const cited = /\[[^\]]+\]\(([^)]+)\): ("[^"]+"(?:, "[^"]+")*)/g

interface Proof {
  readonly path: string
  readonly titles: readonly string[]
}

/** Reads a list of proofs; throws where there is anything else in it. */
function proofsIn(cell: string): readonly Proof[] {
  const found = [...cell.matchAll(cited)]
  expect(found.map(([text]) => text).join('; ')).toBe(cell)
  return found.map(([, path = '', titles = '']) => ({ path, titles: titles.slice(1, -1).split('", "') }))
}

/** Titles stand in the source as they are cited, quotes of the language left aside. */
function expectToBeThere({ path, titles }: Proof): void {
  const source = read(path).replaceAll("\\'", "'")
  expect(titles.filter((title) => !source.includes(title))).toEqual([])
}

const threats = rowsOf(sectionOf('## Threats'))

describe('the table of threats', () => {
  test('is there', () => {
    expect(threats.length).toBeGreaterThan(20)
  })

  test.each(threats)('what proves it is there: %s', (_threat, _stopped, proof = '') => {
    for (const cell of proofsIn(proof)) expectToBeThere(cell)
  })

  test('names every family of attacks', () => {
    const families = rowsOf(read('packages/core/src/attacks/README.md')).map(([name = '']) => name)
    const named = threats.flatMap(([, , proof = '']) => proofsIn(proof)).flatMap(({ titles }) => titles)
    expect(families.filter((name) => !named.includes(name))).toEqual([])
  })
})

/** How many there are of each kind, as the table at the top of the page says. */
const kinds = [
  ['The attacker chooses or confuses algorithm or key', 12],
  ['Denial of service', 11],
  ['Caches', 6],
  ['Skipped checks', 4],
  ['Others', 7],
] as const

describe('the advisories', () => {
  test.each(kinds)('%s: %i of 40', (kind, count) => {
    const numbers = rowsOf(sectionOf(`### ${kind}`)).flatMap(([numbers = '']) => numbers.split(', '))
    expect(numbers).toHaveLength(count)
  })

  test('are counted at the top of the page', () => {
    expect(rowsOf(sectionOf('## At a glance')).map(([count]) => Number(count))).toEqual(
      kinds.map(([, count]) => count),
    )
  })

  const advisories = kinds.flatMap(([kind]) => rowsOf(sectionOf(`### ${kind}`)))
  test.each(advisories)('%s: what covers it is there', (numbers = '', _of, _wrong, covered = '') => {
    if (covered.startsWith('not offered: ')) return
    const proofs = proofsIn(covered)
    for (const proof of proofs) expectToBeThere(proof)
    const attacks = proofs.find(({ path }) => path.includes('/attacks/'))
    if (attacks === undefined) return
    const source = read(attacks.path)
    // Of a range, the first stands for all.
    const unnamed = numbers.split(', ').filter((number) => !source.includes(number.replace(/…\d+$/, '')))
    expect(unnamed).toEqual([])
  })
})
