import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'

test('the example runs', { timeout: 60_000 }, async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /^```js\n(.*?)^```$/ms.exec(readme)?.[1]
  const folder = new URL('../reports/readme/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL('example.mjs', folder)
  await writeFile(file, code ?? '')
  const log = vi.spyOn(console, 'log').mockReturnValue()
  await import(file.href)
  expect(log.mock.calls).toEqual([[expect.stringMatching(/^\d+ checks passed$/)]])
})
