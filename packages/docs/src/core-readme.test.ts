import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import * as core from '@sealbearer/core'
import { beforeAll, expect, test, vi } from 'vitest'
import { promisedOutput } from './code-blocks.js'
import { startIssuer } from './local-issuer.js'
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
  const issuer = await startIssuer('ES256')
  vi.stubEnv('ISSUER_URL', issuer.url)
  try {
    const { verifier } = await import(new URL('remote.js', program.folder).href)
    const { claims } = await verifier.verify(await issuer.issue('https://api.example.com'))
    expect(claims.sub).toBe('user_123')
  } finally {
    vi.unstubAllEnvs()
    issuer.close()
  }
})

test('it speaks of everything that core exports', () => {
  const written = readFileSync(readme, 'utf8')
  expect(Object.keys(core).filter((name) => !written.includes(name))).toEqual([])
})
