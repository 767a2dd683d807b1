import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hasRedis, startRedis, withRedis } from './testing/redis-server.js'

test.skipIf(!hasRedis)(withRedis('the example runs'), async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /^```js\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
  const folder = new URL('../reports/readme/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL('example.mjs', folder)
  await writeFile(file, `${code}\nexport { client, revocations, store }\n`)
  const server = await startRedis()
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    await server.stop()
  })
  vi.stubEnv('REDIS_URL', server.url)
  vi.stubEnv('SESSION_SECRET', 'a secret of this server, at least 32 bytes')
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const { client, revocations, store } = await import(file.href)
  expect(log.mock.calls).toEqual([['user_123']])
  revocations.close()
  await store.close()
  await client.close()
})
