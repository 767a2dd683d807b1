import { spawn } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { binaryOf, installBinaries, runtimes } from '@sealbearer/runtimes/binaries'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from './testing/child-process.js'

beforeAll(() => installBinaries(), 300_000)

const secret = 'a secret of forty characters, for a test'

/** The status of the first answer. */
async function statusOf(url: string, init: RequestInit): Promise<number> {
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      return (await fetch(url, init)).status
    } catch {
      await setTimeout(100)
    }
  }
  return expect.unreachable()
}

// Node strips their types. NestJS's decorators need a compiler.
test.each<[string, string, number, RequestInit]>([
  ['trpc.ts', '/orders.list', 401, {}],
  ['graphql-yoga.ts', '/graphql?query=%7Borders%7D', 401, {}],
  ['h3.ts', '/orders', 401, {}],
  ['mcp-server.ts', '/mcp', 401, { method: 'POST' }],
  ['ws.ts', '/', 426, {}],
  ['socket-io.ts', '/socket.io/?EIO=4&transport=polling', 200, {}],
  ['from-fastify-jwt.ts', '/orders', 401, {}],
  ['from-express-jwt.ts', '/orders', 401, {}],
  ['from-authjs.ts', '/me', 401, {}],
])('Node runs %s as it stands', { timeout: 60_000 }, async (name, path, status, init) => {
  const node = runtimes.find((runtime) => runtime.name === 'node24')
  const port = await freePort()
  const child = spawn((node && binaryOf(node)) ?? '', [name], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: { PORT: port, JWT_SECRET: secret, AUTH_SECRET: secret },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill())
  expect(await statusOf(`http://127.0.0.1:${port}${path}`, init)).toBe(status)
})
