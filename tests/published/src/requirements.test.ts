import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const document = new URL('../../../docs/requirements.md', import.meta.url)
const markdown = readFileSync(document, 'utf8')

const files = new Map(
  [...markdown.matchAll(/^\[([\w-]+)\]: (\S+)$/gm)].map(([, name = '', path = '']) => [
    name,
    readFileSync(new URL(path, document), 'utf8'),
  ]),
)
const rows = markdown
  .split('\n')
  .filter((line) => /^\| [\d.]/.test(line))
  .map((line) => line.slice(2, -2).split(' | '))
const quotes = rows.flatMap(([section = '', , shown = '']) =>
  [...shown.matchAll(/\[`([^`]+)`\]\[([\w-]+)\]/g)].map(
    ([, title = '', file = '']) => [section, title, file] as const,
  ),
)

describe('each requirement', () => {
  test.each(rows)('%s: %s, has a test or a reason', (_section, _requirement, shown = '') => {
    expect(shown).toMatch(/^\[`[^`]+`\]\[[\w-]+\]|^none: /)
  })

  test.each(quotes)('%s: "%s" is in the file of tests %s', (_section, title, file) => {
    expect(files.get(file)).toContain(title)
  })
})

test('no file of tests is named in vain', () => {
  const used = new Set(quotes.map(([, , file]) => file))
  expect([...files.keys()].filter((file) => !used.has(file))).toEqual([])
})
