import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { npmFlags, packPackages } from './packed-packages.js'
import { publicPackages } from './public-packages.js'
import { run } from './run.js'

const own = fileURLToPath(new URL('../', import.meta.url))
const outside = mkdtempSync(join(tmpdir(), 'sealbearer-packed-'))
let tarballs: ReadonlyMap<string, string>

beforeAll(async () => {
  tarballs = await packPackages(outside)
})

afterAll(() => rmSync(outside, { recursive: true, force: true }))

describe.each(publicPackages)('$name, packed', ({ name }) => {
  test('publint has nothing to say', { timeout: 60_000 }, async () => {
    const bytes = await readFile(String(tarballs.get(name)))
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(bytes).buffer },
      strict: true,
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test('its types resolve wherever ESM does', { timeout: 60_000 }, async () => {
    const attw = join(own, 'node_modules/.bin/attw')
    const outcome = await run(
      attw,
      [String(tarballs.get(name)), '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'],
      own,
    )
    expect(outcome).toContain('node16 (from ESM): OK (ESM)')
  })

  test('it carries its licence and no source, test or workspace range', { timeout: 60_000 }, async () => {
    const file = String(tarballs.get(name))
    const listing = (await run('tar', ['-tf', file], own)).trim().split('\n')
    expect(listing).toContain('package/LICENSE')
    expect(listing).toContain('package/dist/index.d.ts')
    expect(listing.filter((path) => /\.test\.|package\/(src|reports|\.turbo)\//.test(path))).toEqual([])
    expect(await run('tar', ['-xOf', file, 'package/package.json'], own)).not.toContain('workspace:')
  })
})

describe('in an empty folder outside the workspace', () => {
  const app = join(outside, 'app')

  beforeAll(async () => {
    cpSync(join(own, 'consumer'), app, { recursive: true })
    writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
    const frameworks = ['fastify@5', 'koa@3', 'hono@4', 'express@5', '@hono/node-server@2']
    const types = ['@types/node@20', '@types/koa@3', '@types/express@5']
    const neighbours = ['@modelcontextprotocol/sdk@1', 'express-oauth2-jwt-bearer@1', 'typescript@5.9']
    await run(
      'npm',
      ['install', ...npmFlags, ...tarballs.values(), ...frameworks, ...types, ...neighbours],
      app,
    )
  }, 240_000)

  const uses = publicPackages.flatMap(({ name }) => [
    { name, how: 'import', script: 'import.mjs' },
    { name, how: 'require', script: 'require.cjs' },
  ])

  test.each(uses)('$name works by $how', { timeout: 60_000 }, async ({ name, script }) => {
    const said = await run('node', [script, name], app)
    expect(said.trim()).toBe(`${name} works`)
  })

  const compile = (config: string) => run(join(own, '../../node_modules/.bin/tsc'), ['-p', config], app)

  test.each([
    { title: 'a strict compiler that checks declarations too', config: 'tsconfig.json' },
    { title: 'a strict compiler, beside the declarations of Koa', config: 'tsconfig.koa.json' },
    { title: 'a compiler that is not strict', config: 'tsconfig.loose.json' },
    { title: 'the same, beside the MCP SDK', config: 'tsconfig.beside-mcp.json' },
    { title: 'the same, beside another bearer middleware', config: 'tsconfig.beside-bearer.json' },
  ])('their types hold under $title', { timeout: 60_000 }, async ({ config }) => {
    expect(await compile(config)).toBe('')
  })

  test('CommonJS with moduleResolution node10 compiles and runs', { timeout: 60_000 }, async () => {
    // Later compilers have no node10.
    const tsc = join(app, 'node_modules/.bin/tsc')
    expect(await run(tsc, ['-p', 'tsconfig.commonjs.json'], app)).toBe('')
    expect((await run('node', ['commonjs/commonjs.js'], app)).trim()).toBe('started')
  })

  test.each([
    { title: 'the newest compiler', tsc: join(own, '../../node_modules/.bin/tsc') },
    { title: 'TypeScript 5.9', tsc: join(app, 'node_modules/.bin/tsc') },
  ])('$title says that signature is missing', { timeout: 60_000 }, async ({ tsc }) => {
    const said = await run(tsc, ['-p', 'tsconfig.missing-signature.json'], app).then(
      () => 'nothing',
      (error: unknown) => String(error),
    )
    expect(said.match(/Property 'signature' is missing/g)).toHaveLength(2)
    expect(said.match(/error TS/g)).toHaveLength(2)
  })

  test('import and require meet in one module', { timeout: 60_000 }, async () => {
    const said = await run('node', ['one-module.mjs', ...publicPackages.map(({ name }) => name)], app)
    expect(said.trim()).toBe('one module each')
  })

  // The last one, since it replaces what the others compile against.
  test('their types hold with the newest declarations of Node', { timeout: 120_000 }, async () => {
    await run('npm', ['install', ...npmFlags, '@types/node@latest'], app)
    expect([await compile('tsconfig.json'), await compile('tsconfig.koa.json')]).toEqual(['', ''])
  })
})
