import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'

test('the examples run', { timeout: 60_000 }, async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code)
  const folder = new URL('../reports/readme/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const log = vi.spyOn(console, 'log').mockReturnValue()
  for (const [i, code] of examples.entries()) {
    const file = new URL(`example-${i}.mjs`, folder)
    await writeFile(file, code)
    await import(file.href)
  }
  expect(log.mock.calls).toEqual([['test-user'], [true], [expect.stringMatching(/^\d+ checks passed$/)]])
})
