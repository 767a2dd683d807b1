import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import { secret } from './testing/setup.js'

test('the example runs', { timeout: 60_000 }, async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /^```js\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
  const folder = new URL('../reports/readme/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL('example.mjs', folder)
  await writeFile(file, `${code}\nexport const left = await sessions.list('user_123')\n`)
  vi.stubEnv('SESSION_SECRET', secret)
  expect((await import(file.href)).left).toEqual([])
})
