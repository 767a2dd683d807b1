import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the README shows what the example runs', () => {
  const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(read('../README.md')) ?? []
  expect(shown).not.toBe('')
  expect(read('../../../examples/nestjs.ts')).toContain(shown)
})
