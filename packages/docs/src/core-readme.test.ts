import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { promisedOutput } from './code-blocks.js'
import { compileReadme, type Program } from './program.js'

let program: Program
beforeAll(async () => {
  program = await compileReadme(new URL('../../core/README.md', import.meta.url), 'core')
  // What the README's openssl lines write, without asking for openssl on every machine.
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  writeFileSync(new URL('private.pem', program.folder), privateKey)
  writeFileSync(new URL('public.pem', program.folder), publicKey)
}, 60_000)

test('its program prints what it promises', async () => {
  const promised = program.files.flatMap(({ code }) => promisedOutput(code))
  expect(promised.length).toBeGreaterThan(10)
  const SEAL_SECRET = randomBytes(32).toString('base64url')
  expect(await program.run('readme.ts', { SEAL_SECRET })).toEqual(promised)
})
