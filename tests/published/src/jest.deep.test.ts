import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeFiles } from './code-blocks.js'
import { npmFlags, packPackages } from './packed-packages.js'
import { run } from './run.js'

const guide = readFileSync(new URL('../../../docs/guides/testing.md', import.meta.url), 'utf8')
const files = codeFiles(guide)
const outside = mkdtempSync(join(tmpdir(), 'sealbearer-jest-'))

beforeAll(async () => {
  const tarballs = await packPackages(outside)
  const ours = ['core', 'fastify', 'hono', 'testing'].map((name) =>
    String(tarballs.get(`@sealbearer/${name}`)),
  )
  const others = ['fastify@5', 'hono@4', 'jest@30', '@swc/jest', '@swc/core']
  writeFileSync(join(outside, 'package.json'), '{ "private": true }')
  await run('npm', ['install', ...npmFlags, ...ours, ...others], outside)
}, 240_000)
afterAll(() => rmSync(outside, { recursive: true, force: true }))

/** A folder with files of the guide, under the modules of the one above. */
function folderWith(type: string, names: readonly string[], more: Record<string, string> = {}): string {
  const folder = join(outside, type)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type }))
  for (const { name, code } of files.filter((file) => names.includes(file.name))) {
    writeFileSync(join(folder, name), code)
  }
  for (const [name, code] of Object.entries(more)) writeFileSync(join(folder, name), code)
  return folder
}

const jest = join(outside, 'node_modules/jest/bin/jest.js')

test('CommonJS and TypeScript run under Jest as the guide says', { timeout: 120_000 }, async () => {
  const folder = folderWith('commonjs', ['app.ts', 'jest.config.cjs', 'orders.jest.test.js'])
  expect(await run(process.execPath, [jest, '--json'], folder)).toContain('"numPassedTests":1,')
})

test('ES modules run under Jest as the guide says, Fastify too', { timeout: 120_000 }, async () => {
  const folder = folderWith('module', ['jest.config.js'], {
    'orders.test.js': `
      import { createAuthenticator, createVerifier } from '@sealbearer/core'
      import sealbearer from '@sealbearer/fastify'
      import { createTestIssuer } from '@sealbearer/testing'
      import Fastify from 'fastify'

      const issuer = await createTestIssuer()
      const app = Fastify()
      await app.register(sealbearer, {
        authenticator: createAuthenticator({ verifier: createVerifier(issuer.verifierOptions) }),
      })
      app.get('/orders', { onRequest: app.requireAuth() }, async ({ auth }) => auth.claims.sub)
      test('answers', async () => {
        const headers = { authorization: \`Bearer \${await issuer.mint()}\` }
        expect((await app.inject({ url: '/orders', headers })).body).toBe('test-user')
        expect((await app.inject('/orders')).statusCode).toBe(401)
      })`,
  })
  const args = ['--experimental-vm-modules', jest, '--json']
  expect(await run(process.execPath, args, folder)).toContain('"numPassedTests":1,')
})
