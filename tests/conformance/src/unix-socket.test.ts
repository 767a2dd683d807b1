import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { frameworks } from './servers/frameworks.js'

let folder: string
let conformance: Conformance

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-socket-'))
  conformance = await createConformance()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The status that a request over a Unix domain socket is answered with. */
async function statusOver(socketPath: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const authorization = `Bearer ${await conformance.tokens.signed()}`
  const client = request({ socketPath, path: '/signed/none', headers: { ...headers, authorization } })
  client.end()
  const [response] = await once(client, 'response')
  response.resume()
  return response.statusCode
}

describe.skipIf(process.platform === 'win32')('a Unix domain socket', () => {
  test.each(Object.entries(frameworks))(
    '%s: is of this machine, unless a proxy forwards',
    async (name, framework) => {
      const listener = await framework({ policies: conformance.policies, onFailure: 'respond' })('loopback')
      const server = createServer(listener).listen(join(folder, name))
      try {
        await once(server, 'listening')
        expect(await statusOver(join(folder, name), {})).toBe(200)
        expect(await statusOver(join(folder, name), { 'x-forwarded-for': '192.0.2.60' })).toBe(400)
        expect(await statusOver(join(folder, name), { via: '1.1 proxy' })).toBe(400)
      } finally {
        server.closeAllConnections()
        server.close()
      }
    },
  )
})
