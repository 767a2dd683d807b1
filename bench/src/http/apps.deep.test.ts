import { createServer, type Server } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { signatureKey } from '../material/signature-key.js'
import { checksTokens, frameworks, serverAlgorithms } from './app.js'
import { appsOf } from './apps.js'
import { proveServer, serverEvidence } from './evidence.js'
import { listen } from './listen.js'
import { load } from './load.js'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function portOf(server: Server): Promise<number> {
  servers.push(server)
  return listen(server)
}

const combinations = frameworks.flatMap((framework) => serverAlgorithms.map((alg) => ({ framework, alg })))

test.each(combinations)('guards of $framework take a good $alg token and no other', async (place) => {
  const { framework, alg } = place
  const key = signatureKey(alg)
  const evidence = await serverEvidence(key)
  const apps = await appsOf(framework, alg)
  expect(apps.map(({ role }) => role)).toEqual(
    expect.arrayContaining(['bare', 'empty', 'lookup', 'peer', 'ours']),
  )
  for (const app of apps.filter(checksTokens)) {
    await proveServer(app.name, await portOf(await app.server(key)), evidence)
  }
})

test('a server that checks no token does not pass for one', async () => {
  const key = signatureKey('HS256')
  for (const app of await appsOf('Koa', 'HS256')) {
    if (checksTokens(app)) continue
    const proof = proveServer(app.name, await portOf(await app.server(key)), await serverEvidence(key))
    await expect(proof).rejects.toThrow(`${app.name} answers the good token with 200`)
  }
})

test.each(frameworks)('%s is kept busy, each request with its token', async (framework) => {
  const key = signatureKey('HS256')
  const tokens = [1, 2, 3].map((index) => signedToken(claimsOf(subjectOf(index)), key))
  for (const app of await appsOf(framework, 'HS256')) {
    const port = await portOf(await app.server(key))
    const { requests } = await load({ port, tokens, milliseconds: 200, connections: 3 })
    expect(requests).toBeGreaterThanOrEqual(3)
  }
})

test.each([
  { title: 'a refusal', status: 401, body: 'no', says: 'answered HTTP/1.1 401' },
  { title: 'an answer of unknown length', status: 200, body: undefined, says: 'without Content-Length' },
])('a run with $title fails', async ({ status, body, says }) => {
  const server = createServer((_, res) => {
    res.writeHead(status, body === undefined ? {} : { 'content-length': body.length })
    if (body === undefined) res.write('chunk')
    res.end(body)
  })
  const input = { port: await portOf(server), tokens: ['token'], milliseconds: 10, connections: 1 }
  await expect(load(input)).rejects.toThrow(says)
})
