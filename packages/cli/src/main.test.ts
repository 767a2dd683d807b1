import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  authenticateRequest,
  createAuthenticator,
  createKeySet,
  createVerifier,
  discoverIssuer,
  dpop,
  exportJwk,
  generateKey,
  publicJwks,
} from '@sealbearer/core'
import { createMemoryStore } from '@sealbearer/core/stores'
import { createTestIssuer, providerTokens } from '@sealbearer/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { exitCodes } from './exit-codes.js'
import { findingsOf } from './inspect/findings.js'
import { inspectToken } from './inspect/inspected-token.js'
import { commands, main } from './main.js'

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The command in this process. */
async function sealbearer(
  args: readonly string[],
  more: Partial<Parameters<typeof main>[1]> = {},
): Promise<Ended> {
  let [out, err] = ['', '']
  const code = await main(args, {
    env: {},
    readStdin: async () => '',
    lines: async function* () {},
    print: (text) => {
      out += text
    },
    printError: (text) => {
      err += text
    },
    openFile: async () => {},
    isTerminal: false,
    isErrorTerminal: false,
    hasColours: false,
    columns: 80,
    ...more,
  })
  return { code, out, err }
}

async function output(args: readonly string[]): Promise<string> {
  const { code, out, err } = await sealbearer(args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

let folder: string
const at = (name: string): string => join(folder, name)
const key = await generateKey('ES256', { extractable: true })
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-main-'))
  await writeFile(at('key'), JSON.stringify(exportJwk(key)))
})
afterAll(() => rm(folder, { recursive: true }))

describe('mint', () => {
  const providers = Object.keys(providerTokens).map(
    (name) => [name.toLowerCase().replace(/ .*/, ''), name] as const,
  )

  test.each(providers)('makes a token of %s', async (name, documented) => {
    const token = (await output(['mint', '--provider', name, '--key', at('key')])).trim()
    const { claims, header } = providerTokens[documented] ?? {}
    expect(inspectToken(token)).toMatchObject({ claims, protectedHeader: { ...header, alg: 'ES256' } })
    const verifier = createVerifier({
      issuer: String(claims?.['iss']),
      audience: 'any',
      typ: 'any',
      signature: { algorithms: ['ES256'], keys: await createKeySet(publicJwks(key)) },
      ...(claims?.['sub'] === undefined && { requiredClaims: [] }),
    })
    expect((await verifier.verify(token)).claims).toMatchObject(claims ?? {})
  })

  test('with other claims, and without some', async () => {
    await writeFile(at('claims'), '{"sub":"me","azp":null}')
    const more = ['--claims', at('claims'), '--issuer', 'https://i', '--audience', 'x', '--audience', 'y']
    const token = await output(['mint', '--provider', 'auth0', '--key', at('key'), '--lifetime=-60', ...more])
    const { claims = {} } = inspectToken(token.trim()) ?? {}
    expect(claims).toMatchObject({ iss: 'https://i', aud: ['x', 'y'], sub: 'me' })
    expect(Object.keys(claims)).not.toContain('azp')
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(-60)
  })

  test.each([
    { args: ['--provider', 'autho', '--key', 'x'], says: 'no such provider, did you mean auth0?' },
    { args: ['--key', 'x'], says: '--provider is required' },
    { args: ['--provider', 'google', '--id-token'], says: 'are ID tokens already' },
    { args: ['--provider', 'okta', '--lifetime', '5m'], says: '--lifetime must be' },
  ])('refuses $args', async ({ args, says }) => {
    const { code, err } = await sealbearer(['mint', '--key', at('key'), ...args])
    expect({ code, says: err.includes(says) }).toEqual({ code: exitCodes.usage.code, says: true })
  })
})

describe('proof', () => {
  test('goes with a bound token, and is accepted once', async () => {
    const issuer = await createTestIssuer()
    const url = 'https://api.test/orders'
    const authenticator = createAuthenticator({
      verifier: createVerifier(issuer.verifierOptions),
      credentials: [dpop({ origin: 'https://api.test', replay: createMemoryStore() })],
    })
    const bound = await output(['proof', '--url', url, '--key', at('key'), '--json'])
    await writeFile(at('token'), await issuer.mint({ cnf: JSON.parse(bound).cnf }))
    const made = await output([
      'proof',
      '--url',
      `${url}?page=2`,
      '--key',
      at('key'),
      '--token',
      at('token'),
      '--method',
      'POST',
    ])
    const headers = { authorization: `DPoP ${await readFile(at('token'), 'utf8')}`, dpop: made.trim() }
    const send = () =>
      authenticateRequest(authenticator, new Request(`${url}?page=2`, { method: 'POST', headers }))
    expect((await send()).ok).toBe(true)
    expect((await send()).ok).toBe(false)
  })

  test('nothing looks wrong with one', async () => {
    const token = inspectToken((await output(['proof', '--url', 'https://api.test/'])).trim())
    expect(token && findingsOf(token, Date.now() / 1000)).toEqual([])
  })

  test.each([
    { args: ['--url', 'orders'], says: 'must be an absolute http: or https: URL' },
    { args: [], says: '--url is required' },
  ])('refuses $args', async ({ args, says }) => {
    const { code, err } = await sealbearer(['proof', ...args])
    expect({ code, says: err.includes(says) }).toEqual({ code: exitCodes.usage.code, says: true })
  })

  test('refuses a secret', async () => {
    await writeFile(
      at('secret'),
      JSON.stringify(exportJwk(await generateKey('HS256', { extractable: true }))),
    )
    const { code, err } = await sealbearer(['proof', '--url', 'https://api.test/', '--key', at('secret')])
    expect({ code, says: err.includes('a secret cannot sign a proof') }).toEqual({ code: 2, says: true })
  })
})

test('listen runs an issuer, and issues the tokens that lines request', async () => {
  const asked = ['{"sub":"me"}', 'alg-none', 'alg-nome', 'rotate', '']
  const verified: unknown[] = []
  let [out, err] = ['', '']
  await new Promise<void>((resolve, reject) => {
    // It goes on for as long as the process does.
    void sealbearer(['listen', '--audience', 'https://orders.test'], {
      print: (text) => {
        out += text
      },
      printError: (text) => {
        err += text
      },
      lines: async function* () {
        yield* asked
        const address = /^issuer +(\S+)$/m.exec(err)?.[1] ?? ''
        const { keys } = await discoverIssuer(address)
        const verifier = createVerifier({
          issuer: address,
          audience: 'https://orders.test',
          typ: 'at+jwt',
          signature: { algorithms: ['ES256'], keys },
        })
        for (const token of out.trim().split('\n')) {
          verified.push(
            await verifier.verify(token).then(
              ({ claims }) => claims.sub,
              () => 'refused',
            ),
          )
        }
        resolve()
        // Ends the command, and closes its server.
        throw new Error('enough')
      },
    }).then(({ code }) => (code === 1 ? resolve() : reject(new Error(err))))
  })
  expect(verified).toEqual(['test-user', 'me', 'refused', 'test-user'])
  expect(err).toContain('did you mean alg-none?')
  expect(err).toContain('has no scopes. Type claims')
})

describe('a key ring', () => {
  test('is made with all times and a name, and rotates by its plan', async () => {
    const times = [
      '--rotate-every',
      '30d',
      '--clock-tolerance',
      '0',
      '--reload-every',
      '10s',
      '--max-age',
      '50',
    ]
    const made = await output([
      'keygen',
      'RS256',
      '--ring',
      at('ring'),
      '--name',
      'auth',
      '--modulus-length',
      '3072',
      ...times,
    ])
    expect(made).toMatch(/^active {3}RS256 .*, trusted until .*\nnext {5}RS256 .* used from \d{4}-/)
    const { lead, name, keys } = JSON.parse(await readFile(at('ring'), 'utf8'))
    expect({ lead, name, bytes: Buffer.from(keys[0].n, 'base64url').length }).toEqual({
      lead: 60,
      name: 'auth',
      bytes: 384,
    })
    expect(keys[0].ring.activeUntil - keys[0].ring.activeFrom).toBe(30 * 86_400)
  })

  test('shows the state of keys, in colours if there are any', async () => {
    const plain = await sealbearer(['status', at('ring')])
    const painted = await sealbearer(['status', at('ring')], { hasColours: true })
    expect(plain.out).not.toContain('\u001b')
    expect(painted.out).toContain('\u001b[32mactive')
    expect(painted.out.replace(/^.{5}active {3}.{4}/, 'active   ').split('\n')[0]).toBe(
      plain.out.split('\n')[0],
    )
  })
})

describe('completion', () => {
  test.each([
    { words: ['ver'], completes: ['verify'] },
    { words: ['help', 'ins'], completes: ['inspect'] },
    { words: ['keygen', '--ro'], completes: ['--rotate-every'] },
    { words: ['verify', '--decrypt'], completes: ['--decrypt-key', '--decrypt-alg'] },
  ])('of bash completes $words', async ({ words, completes }) => {
    const script = await output(['completion', 'bash'])
    const line = `COMP_WORDS=(sealbearer ${words.join(' ')}); COMP_CWORD=${words.length}; _sealbearer; echo "\${COMPREPLY[@]}"`
    expect(
      execFileSync('bash', ['-c', `${script}\n${line}`], { encoding: 'utf8' })
        .trim()
        .split(' '),
    ).toEqual(completes)
  })

  test('names every command and option in each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = await output(['completion', shell])
      for (const [name, { options }] of Object.entries(commands)) {
        expect(script).toContain(name)
        for (const option of Object.keys(options)) expect(script).toContain(option)
      }
    }
    expect((await sealbearer(['completion', 'tcsh'])).code).toBe(exitCodes.usage.code)
  })
})

describe('inspect verifies with keys', () => {
  const token = 'inspected'
  const isVerified = async (from: string, more: Parameters<typeof sealbearer>[1] = {}): Promise<unknown> => {
    const { out, err } = await sealbearer(['inspect', '--in', at(token), '--key', from, '--json'], more)
    expect(err).toBe('')
    return JSON.parse(out).verified
  }

  test('of a file, stdin, the environment and an address', async () => {
    const issuer = await createTestIssuer()
    onTestFinished(() => issuer.close())
    const address = `${await issuer.listen()}/jwks`
    const jwks = await (await fetch(address)).text()
    await writeFile(at(token), await issuer.mint())
    await writeFile(at('jwks'), jwks)
    expect(await isVerified(at('jwks'))).toBe(true)
    expect(await isVerified('-', { readStdin: async () => jwks })).toBe(true)
    expect(await isVerified('env:KEYS', { env: { KEYS: jwks } })).toBe(true)
    expect(await isVerified(address)).toBe(true)
    expect(await isVerified(at('key'))).toBe(false)
  })

  test('of a key ring', async () => {
    await output(['keygen', 'ES256', '--ring', at('inspecting.json')])
    const parties = ['--issuer', 'https://a.example', '--audience', 'https://b.example', '--typ', 'at+jwt']
    const signed = await sealbearer(['sign', '--key', at('inspecting.json'), ...parties], {
      readStdin: async () => '{"sub":"user_123"}',
    })
    await writeFile(at(token), signed.out)
    expect(await isVerified(at('inspecting.json'))).toBe(true)
  })
})

test('inspect --web names the page, and opens it', async () => {
  const opened: URL[] = []
  const { out } = await sealbearer(['inspect', '--web'], {
    openFile: async (file) => {
      opened.push(file)
    },
  })
  expect(out).toBe(`${opened[0]?.href}\n`)
  expect(out).toMatch(/^file:.*\/inspector\.html\n$/)
})
