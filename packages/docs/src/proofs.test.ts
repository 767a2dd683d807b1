import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const [, threats = ''] = readFileSync(new URL('SECURITY.md', root), 'utf8').split('\n## Threats\n')

const rows = threats
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => line.split(' | '))
  .map(([threat = '', , proof = '']) => ({ threat: threat.slice(2), proof }))

const cited = /\[[^\]]+\]\(([^)]+)\): ("[^"]+"(?:, "[^"]+")*)/g

describe('SECURITY.md', () => {
  test('has a table of threats', () => {
    expect(rows.length).toBeGreaterThan(20)
  })

  test.each(rows)('what proves it is there: $threat', ({ proof }) => {
    const proofs = [...proof.matchAll(cited)]
    expect(proofs.map(([text]) => text).join('; ')).toBe(proof)
    for (const [, path = '', titles = ''] of proofs) {
      const file = readFileSync(new URL(path, root), 'utf8')
      for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) expect(file).toContain(title)
    }
  })
})
