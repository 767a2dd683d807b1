import { expect, test } from 'vitest'
import { type RfcVectors, rfcVectors } from '../testing/rfc-vectors.js'

const range = (prefix: string, last: number): string[] =>
  Array.from({ length: last }, (_, i) => `${prefix}.${i + 1}`)

/** The sections that hold an example which a reader of tokens or keys can be shown. */
const sections: Readonly<Record<keyof RfcVectors, readonly string[]>> = {
  rfc7515: [...range('A', 7), 'E'],
  rfc7516: range('A', 5),
  rfc7518: [...range('B', 3), 'C'],
  rfc7519: ['3.1', '6.1', ...range('A', 2)],
  rfc7520: [...range('4', 8), ...range('5', 13), '6'],
  rfc7638: ['3.1'],
  rfc8037: ['A.3', 'A.4 and A.5', 'A.6', 'A.7'],
  rfc9964: ['A.1'],
}

test.each(Object.entries(sections))('%s: no example is left out', (rfc, expected) => {
  // The keys of a table that has one for each file.
  const groups: object = rfcVectors(rfc as keyof RfcVectors)
  const examples: { section: string }[] = Object.values(groups).flat()
  const found = examples.map(({ section }) => section.replace(/^(\d\.\d+)\.\d+$/, '$1'))
  expect([...new Set(found)].sort()).toEqual([...expected].sort())
})
