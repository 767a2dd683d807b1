import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as core from '@sealbearer/core'
import { beforeAll, expect, test, vi } from 'vitest'
import { promisedOutput } from './code-blocks.js'
import { compileReadme, type Program } from './program.js'

const readme = new URL('../../core/README.md', import.meta.url)
let program: Program
beforeAll(async () => {
  program = await compileReadme(readme, 'core')
  // What the README's openssl lines write, without asking for openssl on every machine.
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  writeFileSync(new URL('private.pem', program.folder), privateKey)
  writeFileSync(new URL('public.pem', program.folder), publicKey)
}, 60_000)

test('every example is run below', () => {
  expect(program.files.map(({ name }) => name)).toEqual(['jwks-server.ts', 'remote.ts', 'readme.ts'])
})

test('its program prints what it promises', async () => {
  const promised = program.files.flatMap(({ code }) => promisedOutput(code))
  expect(promised.length).toBeGreaterThan(10)
  const SEAL_SECRET = randomBytes(32).toString('base64url')
  expect(await program.run('readme.ts', { SEAL_SECRET })).toEqual(promised)
})

test('its key server serves one key', async () => {
  const server = await program.serve('jwks-server.ts')
  try {
    const answer = await fetch(server.url)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const keys = [expect.objectContaining({ kty: 'EC', alg: 'ES256' })]
    expect(await answer.json()).toEqual({ keys })
  } finally {
    await server.stop()
  }
})

test('its verifier finds the keys of an issuer', async () => {
  const key = await core.generateKey('ES256')
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo // It listens on a port.
    const issuer = `http://127.0.0.1:${port}`
    const isMetadata = request.url?.startsWith('/.well-known/')
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(isMetadata ? { issuer, jwks_uri: `${issuer}/jwks` } : core.publicJwks(key)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // It listens on a port.
  const issuer = `http://127.0.0.1:${port}`
  vi.stubEnv('ISSUER_URL', issuer)
  try {
    const { verifier } = await import(new URL('remote.js', program.folder).href)
    const { token } = await core
      .createIssuer({
        issuer,
        audience: 'https://api.example.com',
        typ: 'at+jwt',
        lifetime: '5m',
        signature: { algorithm: 'ES256', keys: key },
      })
      .issue({ sub: 'user_123' })
    expect((await verifier.verify(token)).claims.sub).toBe('user_123')
  } finally {
    vi.unstubAllEnvs()
    server.close()
  }
})

test('it speaks of everything that core exports', () => {
  const written = readFileSync(readme, 'utf8')
  expect(Object.keys(core).filter((name) => !written.includes(name))).toEqual([])
})
