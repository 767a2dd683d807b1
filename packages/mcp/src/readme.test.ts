import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Hono } from 'hono'
import { expect, test } from 'vitest'

test('the example runs', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const code = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
  const folder = new URL('../reports/readme/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL('example.ts', folder)
  await writeFile(file, code)
  const { default: app }: { default: Hono } = await import(file.href)

  const refused = await app.request('https://mcp.example.com/mcp', { method: 'POST' })
  expect(refused.status).toBe(401)
  const address = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '')?.[1]
  const metadata = await app.request(address ?? expect.unreachable())
  expect(await metadata.json()).toMatchObject({
    resource: 'https://mcp.example.com/mcp',
    authorization_servers: ['https://auth.example.com'],
    scopes_supported: ['mcp:use', 'orders:write'],
  })
})
