import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { promisedOutput } from './code-blocks.js'
import { startIssuer } from './local-issuer.js'
import { compileReadme, type Program, type RunningServer } from './program.js'

let program: Program
beforeAll(async () => {
  program = await compileReadme(new URL('../../../README.md', import.meta.url), 'root')
}, 60_000)

const servers = ['fastify.ts', 'koa.ts', 'hono.ts', 'express.ts']
const scripts = ['smallest.ts', 'nested.ts']

test('every example is run below', () => {
  expect(program.files.map(({ name }) => name)).toEqual([...scripts, 'auth.ts', ...servers, 'provider.ts'])
})

test.each(scripts)('%s prints what it promises', async (name) => {
  const promised = promisedOutput(program.files.find((file) => file.name === name)?.code ?? '')
  expect(promised).not.toEqual([])
  expect(await program.run(name)).toEqual(promised)
})

describe.each(servers)('%s', (name) => {
  let server: RunningServer
  let authorization: string
  beforeAll(async () => {
    server = await program.serve(name)
    authorization = /Authorization: (Bearer [\w.-]+)/.exec(await server.firstLine)?.[1] ?? ''
  }, 30_000)
  afterAll(() => server?.stop())

  const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

  test('serves what is open to all', async () => {
    expect(await (await get('/health')).json()).toEqual({ up: true })
  })

  test('serves what the token opens', async () => {
    expect(await (await get('/me', { authorization })).json()).toEqual({ sub: 'user_123' })
    expect(await (await get('/orders', { authorization })).json()).toEqual({ scopes: ['orders:read'] })
  })

  test.each(['/me', '/orders'])('asks for a token at %s', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="orders"')
    expect(await answer.json()).toEqual({ error_description: expect.any(String) })
  })

  test('refuses a changed token', async () => {
    const [header, , signature] = authorization.split('.')
    const claims = Buffer.from('{"sub":"root","scope":"orders:read"}').toString('base64url')
    const answer = await get('/orders', { authorization: `${header}.${claims}.${signature}` })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: 'invalid_token' })
  })
})

test('provider.ts finds the keys of an issuer', async () => {
  const issuer = await startIssuer('RS256')
  vi.stubEnv('ISSUER_URL', issuer.url)
  try {
    const { verifier } = await import(new URL('provider.js', program.folder).href)
    const { claims } = await verifier.verify(await issuer.issue('API-IDENTIFIER'))
    expect(claims.sub).toBe('user_123')
  } finally {
    vi.unstubAllEnvs()
    issuer.close()
  }
})
