import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tables, withTable } from './tables.js'

test.each(tables)('the table of $name says what the source says', ({ name, file, make }) => {
  const written = readFileSync(file, 'utf8')
  expect(written, 'run "pnpm --filter @sealbearer/published tables"').toBe(withTable(written, name, make()))
})
