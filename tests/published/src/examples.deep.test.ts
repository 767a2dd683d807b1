import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CodeFile, promisedOutput } from './code-blocks.js'
import { compileDocuments, type Document } from './documents.js'
import { type ExampleIssuers, startExampleIssuers } from './example-issuers.js'
import { type RunningServer, run, runVitest, serve } from './program.js'

const guides = readdirSync(new URL('../../../docs/guides/', import.meta.url))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/guides/${name}`)
const withPrograms = [...guides, 'packages/core/README.md']
const frameworks = ['fastify', 'koa', 'hono', 'express']
/** Each with the server in it; `undefined` for the only file. */
const servers: readonly (readonly [path: string, file?: string])[] = [
  ['README.md'],
  ...frameworks.map((name) => [`packages/${name}/README.md`] as const),
  ...frameworks.map((name) => ['docs/index.md', `${name}.mjs`] as const),
]

let issuers: ExampleIssuers
let documents: readonly Document[]
beforeAll(async () => {
  issuers = await startExampleIssuers()
  documents = await compileDocuments([...new Set([...withPrograms, ...servers.map(([path]) => path)])])
})
afterAll(() => issuers.close())

function documentAt(path: string): Document {
  const document = documents.find((one) => one.path === path)
  if (document === undefined) throw new Error(`${path} was not compiled`)
  return document
}

describe('programs', () => {
  // The same as `openssl genrsa` and `openssl rsa -pubout` write.
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

  /** Files that no other file of the document imports. */
  const mainFiles = (files: readonly CodeFile[]): readonly CodeFile[] => {
    const imported = files.flatMap(({ code }) =>
      [...code.matchAll(/from '\.\/([\w.-]+)\.js'/g)].map(([, name]) => `${name}.ts`),
    )
    return files.filter(({ name }) => name.endsWith('.ts') && !imported.includes(name))
  }

  test.each(withPrograms)('of %s print what they promise', async (path) => {
    const { folder, files } = documentAt(path)
    writeFileSync(new URL('private.pem', folder), privateKey)
    writeFileSync(new URL('public.pem', folder), publicKey)
    const env = {
      EXAMPLE_ISSUERS: issuers.url,
      TOKEN: await issuers.issue({ sub: 'user_123', scope: 'orders:read' }),
      SECRET: randomBytes(32).toString('base64url'),
    }
    const mains = mainFiles(files)
    expect(mains).not.toEqual([])
    for (const { name, code } of mains) {
      if (code.includes("from 'vitest'")) await runVitest(folder, name)
      else if (code.includes("from 'node:test'")) await run(folder, name, env)
      else expect(await run(folder, name, env), name).toEqual(promisedOutput(code))
    }
  })
})

describe.each(servers.map(([path, name]) => ({ path, name })))(
  'the server of $path $name',
  ({ path, name }) => {
    let server: RunningServer
    let reader: string
    let visitor: string
    beforeAll(async () => {
      const { folder, files } = documentAt(path)
      if (name === undefined) expect(files).toHaveLength(1)
      server = await serve(folder, name ?? files[0]?.name ?? '', { EXAMPLE_ISSUERS: issuers.url })
      reader = await issuers.issue({ sub: 'user_123', scope: 'orders:read' })
      visitor = await issuers.issue({ sub: 'user_456' })
    })
    afterAll(() => server?.stop())

    const orders = (token?: string) =>
      fetch(`${server.url}/orders`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      })

    test('answers a token with the scope', async () => {
      expect(await (await orders(reader)).json()).toEqual({ sub: 'user_123' })
    })

    test('asks for a token', async () => {
      const answer = await orders()
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(await answer.json()).toEqual({ error_description: expect.any(String) })
    })

    test('refuses a token without the scope', async () => {
      const answer = await orders(visitor)
      expect(answer.status).toBe(403)
      expect(answer.headers.get('www-authenticate')).toContain('scope="orders:read"')
    })

    test('refuses a changed token', async () => {
      const [header, , signature] = reader.split('.')
      const claims = Buffer.from('{"sub":"root","scope":"orders:read"}').toString('base64url')
      expect((await orders(`${header}.${claims}.${signature}`)).status).toBe(401)
    })

    // First examples have no other route.
    const openRoutes = path.startsWith('packages/') ? ['/health'] : []
    test.each(openRoutes)('leaves %s open', async (open) => {
      expect(await (await fetch(`${server.url}${open}`)).json()).toEqual({ up: true })
    })
  },
)
