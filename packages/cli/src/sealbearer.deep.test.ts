import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes } from './exit-codes.js'
import { commands, main } from './main.js'

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

let folder: string
const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

/** The command as it ships, in a process of its own and in the folder of this test. */
function sealbearer(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { cwd: folder, env: { PATH: String(process.env['PATH']), ...options.env } },
      (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
    child.stdin?.end(options.input ?? '')
  })
}

/** Fails when the command does. */
async function output(args: readonly string[], input?: string): Promise<string> {
  const { code, out, err } = await sealbearer(args, input === undefined ? {} : { input })
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out
}

const parties = ['--issuer', 'https://auth.example', '--audience', 'https://api.example']
const policy = [...parties, '--typ', 'at+jwt']
const claims = '{"sub":"user_123"}'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-cli-'))
  const write = async (name: string, args: readonly string[]) =>
    writeFile(join(folder, name), await output(['keygen', ...args]))
  await Promise.all([
    write('sign.pub', ['ES256', '--out', 'sign.key', '--kid', 'one']),
    write('seal.pub', ['RSA-OAEP-256', '--format', 'pem', '--out', 'seal.key']),
    write('other.pub', ['ES256', '--out', 'other.key', '--kid', 'one']),
    write('secret.jwk', ['dir', '--enc', 'A256GCM']),
  ])
  await output(['keygen', 'ES256', 'ECDH-ES:P-256', '--ring', 'ring.json'])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const signed = (more: readonly string[] = [], body = claims): Promise<string> =>
  output(['sign', '--key', 'sign.key', ...policy, ...more], body)

describe('keys', () => {
  test('are readable by their owner only, and never overwritten', async () => {
    if (process.platform !== 'win32') expect((await stat(join(folder, 'sign.key'))).mode & 0o777).toBe(0o600)
    const before = await readFile(join(folder, 'sign.key'), 'utf8')
    const again = await sealbearer(['keygen', 'ES256', '--out', 'sign.key'])
    expect(again.code).toBe(exitCodes.file.code)
    expect(await readFile(join(folder, 'sign.key'), 'utf8')).toBe(before)
    expect(before).toContain('"d"')
    expect(await readFile(join(folder, 'sign.pub'), 'utf8')).not.toContain('"d"')
  })

  test('are PEM that openssl reads', async () => {
    const said = execFileSync('openssl', ['pkey', '-in', 'seal.key', '-noout', '-text'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(said).toContain('2048 bit')
    const published = execFileSync('openssl', ['pkey', '-in', 'seal.key', '-pubout'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(await readFile(join(folder, 'seal.pub'), 'utf8')).toBe(published)
  })

  test.each([
    { from: 'sign.key', more: [], kty: ['EC'] },
    { from: 'ring.json', more: [], kty: ['EC', 'EC', 'EC'] },
    { from: 'seal.key', more: ['--alg', 'RSA-OAEP-256'], kty: ['RSA'] },
    { from: 'secret.jwk', more: ['--enc', 'A256GCM'], kty: [] },
  ])('of $from are published without private members', async ({ from, more, kty }) => {
    const { keys } = JSON.parse(await output(['jwks', '--key', from, ...more]))
    expect(keys.map((key: { kty: string }) => key.kty)).toEqual(kty)
    for (const key of keys) expect(Object.keys(key)).not.toContain('d')
  })
})

describe('tokens', () => {
  test('are signed and verified', async () => {
    const read = JSON.parse(await output(['verify', '--key', 'sign.pub', ...policy], await signed()))
    expect(read).toMatchObject({ sub: 'user_123', iss: 'https://auth.example', aud: 'https://api.example' })
    expect(read.exp - read.iat).toBe(900)
  })

  test('are encrypted and decrypted', async () => {
    const letter = await output(['encrypt', '--key', 'seal.pub', '--alg', 'RSA-OAEP-256'], await signed())
    const opening = ['--decrypt-key', 'seal.key', '--decrypt-alg', 'RSA-OAEP-256']
    const read = await output(['verify', '--key', 'sign.pub', ...opening, ...policy], letter)
    expect(JSON.parse(read)).toMatchObject({ sub: 'user_123' })
    const inner = await output(['decrypt', '--key', 'seal.key', '--alg', 'RSA-OAEP-256'], letter)
    expect(inner.split('.')).toHaveLength(3)
  })

  test('come from a ring and are verified by what it publishes, wherever that is served', async () => {
    const token = await output(['sign', '--key', 'ring.json', ...policy], claims)
    await writeFile(join(folder, 'jwks.json'), await output(['jwks', '--key', 'ring.json']))
    await output(['verify', '--key', 'jwks.json', ...policy], token)
    const server = createServer(async (_, answer) => {
      answer.setHeader('Content-Type', 'application/jwk-set+json')
      answer.end(await readFile(join(folder, 'jwks.json')))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A listening server has an address with a port.
    const { port } = server.address() as AddressInfo
    try {
      await output(['verify', '--key', `http://127.0.0.1:${port}/`, '--alg', 'ES256', ...policy], token)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  /** @see issue 10, A.12: a set that loads on first use was printed empty, with exit code 0. */
  test('come from an address: jwks prints what it publishes, and fails with the reason where that fails', async () => {
    const published = JSON.parse(await output(['jwks', '--key', 'sign.pub']))
    let body = JSON.stringify({ keys: [...published.keys, { kty: 'RSA', n: 'AQAB', e: 'AQAB' }] })
    const server = createServer((_, answer) => answer.end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A listening server has an address with a port.
    const { port } = server.address() as AddressInfo
    const from = ['jwks', '--key', `http://127.0.0.1:${port}/`]
    try {
      const { code, out, err } = await sealbearer(from)
      expect({ code, keys: JSON.parse(out).keys }).toMatchObject({ code: 0, keys: [{ kid: 'one' }] })
      expect(err).toMatch(
        /^sealbearer: keys\[1\] is not used: key: an RSA modulus must have 2048 to 8192 bits/,
      )
      body = '{"keys":[]}'
      const failed = await sealbearer(from)
      expect(failed).toMatchObject({ code: exitCodes.keysUnavailable.code, out: '' })
      expect(failed.err).toMatch(/no-usable-key the set is empty/)
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('are made with secrets from the environment', async () => {
    const env = { TOKEN_SECRET: 'a secret of more than thirty-two characters' }
    const key = ['--key', 'env:TOKEN_SECRET', '--alg', 'HS256', '--encoding', 'utf8']
    const token = await sealbearer(['sign', ...key, ...policy], { input: claims, env })
    expect(token.code).toBe(0)
    const read = await sealbearer(['verify', ...key, ...policy], { input: token.out, env })
    expect(JSON.parse(read.out)).toMatchObject({ sub: 'user_123' })
  })

  test('carry any bytes when encrypted under a secret', async () => {
    const key = ['--key', 'secret.jwk', '--alg', 'dir', '--enc', 'A256GCM']
    const sealed = await output(['encrypt', ...key], 'no token at all\n')
    expect(await output(['decrypt', ...key], sealed)).toBe('no token at all\n')
  })
})

describe('a key ring', () => {
  test('rotates, keeps the times it was made with, and loses a revoked key at once', async () => {
    await output(['keygen', 'EdDSA', '--ring', 'own.json', '--max-age', '0', '--max-token-lifetime', '2h'])
    const before = JSON.parse(await readFile(join(folder, 'own.json'), 'utf8'))
    const after = JSON.parse(await output(['rotate', 'own.json', '--json']))
    expect(after.map(({ phase }: { phase: string }) => phase)).toEqual(['active', 'next'])
    const stored = JSON.parse(await readFile(join(folder, 'own.json'), 'utf8'))
    expect(stored.lead).toBe(before.lead)
    for (const key of stored.keys) expect(key.ring.trustFor).toBe(before.keys[0].ring.trustFor)
    const [{ kid }] = after
    const left = await output(['revoke', 'own.json', '--', kid])
    expect(left).not.toContain(kid)
    expect(left).toMatch(/^active {3}EdDSA/)
    expect(await readdir(folder)).not.toContain('own.json.lock')
  })

  test('is sealed under a passphrase that no argument holds', async () => {
    const env = { SEALBEARER_PASSPHRASE: 'correct horse battery staple' }
    const made = await sealbearer(['keygen', 'ES256', '--ring', 'sealed.json'], { env })
    expect(made.code).toBe(0)
    expect(await readFile(join(folder, 'sealed.json'), 'utf8')).not.toContain('"d"')
    await writeFile(join(folder, 'passphrase'), 'correct horse battery staple\n')
    await output(['rotate', 'sealed.json', '--passphrase-file', 'passphrase'])
    const wrong = await sealbearer(['rotate', 'sealed.json'], {
      env: { SEALBEARER_PASSPHRASE: 'correct horse battery' },
    })
    expect(wrong.code).toBe(exitCodes.ring.code)
    expect((await sealbearer(['rotate', 'sealed.json'])).code).toBe(exitCodes.ring.code)
  })
})

describe('inspect', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const postcard = (header: object, payload: object, signature = 'A'.repeat(86)): string =>
    `${part(header)}.${part(payload)}.${signature}`
  const good = { iss: 'i', aud: 'a', exp: Math.floor(Date.now() / 1000) + 900 }
  const header = { alg: 'ES256', kid: 'one', typ: 'at+jwt' }

  test('draws a postcard, from an argument or from stdin', async () => {
    const token = await signed()
    const drawn = await output(['inspect'], token)
    expect(drawn).toContain('POSTCARD')
    expect(drawn).toContain('"user_123"')
    expect(drawn).toContain('Nothing about it looks wrong')
    expect(await output(['inspect', token.trim()])).toBe(drawn)
    expect(await output(['inspect'], `Bearer ${token}`)).toBe(drawn)
    const widths = new Set(
      drawn
        .split('\n')
        .filter((line) => /^[│┌└]/.test(line))
        .map((line) => line.length),
    )
    expect(widths.size).toBe(1)
  })

  test('draws an envelope, and nothing of what is inside', async () => {
    const letter = await output(['encrypt', '--key', 'seal.pub', '--alg', 'RSA-OAEP-256'], await signed())
    const drawn = await output(['inspect'], letter)
    expect(drawn).toContain('ENVELOPE')
    expect(drawn).toContain('only the holder of the key can read')
    expect(drawn).not.toContain('user_123')
  })

  test('prints JSON for programs', async () => {
    const report = JSON.parse(await output(['inspect', '--json'], postcard(header, good)))
    expect(report).toMatchObject({
      form: 'signed',
      verified: false,
      protectedHeader: header,
      claims: good,
      findings: [],
    })
  })

  test('no token can control the terminal', async () => {
    const drawn = await output(
      ['inspect'],
      postcard(header, { ...good, sub: '\u001b[2J\u009b31m\u202eevil\n', ['\u001b]0;x']: 1 }),
    )
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing that must not be there
    expect(drawn).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(drawn).toContain('\\u001b[2J\\u009b31m\\u202eevil')
  })

  test('nor does one that is verified, or opened, and programs read what was sealed', async () => {
    const evil = 'a\u009b2Jb\u202ec'
    const printed = await output(
      ['verify', '--key', 'sign.pub', ...policy],
      await signed([], JSON.stringify({ evil })),
    )
    expect(printed).toContain('a\\u009b2Jb\\u202ec')
    expect(JSON.parse(printed)).toMatchObject({ evil })

    const key = ['--key', 'secret.jwk', '--alg', 'dir', '--enc', 'A256GCM'] as const
    const sealed = await output(['encrypt', ...key], `${evil}\n\u001b]0;title\n`)
    expect(await output(['decrypt', ...key], sealed)).toBe(`${evil}\n\u001b]0;title\n`)
    let shown = ''
    const terminal = {
      env: {},
      readStdin: async () => sealed,
      lines: async function* () {},
      print: (text: string) => {
        shown += text
      },
      printError: () => {},
      openFile: async () => {},
      isTerminal: true,
      isErrorTerminal: false,
      hasColours: true,
      columns: 80,
    }
    const [, , ...described] = key
    await main(['decrypt', '--key', join(folder, 'secret.jwk'), ...described], terminal)
    expect(shown).toBe('a\\u009b2Jb\\u202ec\n\\u001b]0;title\n')
  })

  test.each([
    { title: 'none without a terminal', env: {}, hasColours: false },
    { title: 'some where they are asked for', env: { FORCE_COLOR: '1' }, hasColours: true },
    { title: 'none where NO_COLOR says so', env: { FORCE_COLOR: '1', NO_COLOR: '1' }, hasColours: false },
  ])('has colours: $title', async ({ env, hasColours }) => {
    const { out } = await sealbearer(['inspect'], { input: postcard(header, good), env })
    expect(out.includes('\u001b[')).toBe(hasColours)
  })
})

describe('exit codes', () => {
  const verifying = (more: readonly string[] = [], key = 'sign.pub') => [
    'verify',
    '--key',
    key,
    ...policy,
    ...more,
  ]

  test.each([
    { reason: 'usage', title: 'an unknown command', args: ['frobnicate'] },
    { reason: 'usage', title: 'an unknown option', args: ['sign', '--secret', 'hunter2'] },
    { reason: 'usage', title: 'a missing option', args: ['verify', '--key', 'sign.pub'] },
    { reason: 'usage', title: 'an invalid algorithm', args: ['keygen', 'XX256'] },
    { reason: 'usage', title: 'a key that signs no token', args: verifying(['--alg', 'RS256']) },
    { reason: 'notAToken', title: 'no token', args: ['inspect', 'no token'] },
    {
      reason: 'notAToken',
      title: 'an envelope where none is expected',
      args: verifying(),
      input: 'e30.e30.e30.e30.e30',
    },
    {
      reason: 'keysUnavailable',
      title: 'a key server that is not there',
      args: verifying(['--alg', 'ES256'], 'http://127.0.0.1:1/'),
    },
    { reason: 'file', title: 'no such file', args: ['jwks', '--key', 'nowhere'] },
    { reason: 'file', title: 'no such ring', args: ['rotate', 'nowhere'] },
    {
      reason: 'notIssued',
      title: 'a password in a token',
      args: ['sign', '--key', 'sign.key', ...policy],
      input: '{"password":"hunter2"}',
    },
    {
      reason: 'usage',
      title: 'a life too long',
      args: ['sign', '--key', 'sign.key', ...policy, '--lifetime', '2h'],
    },
  ] as const)('$reason: $title', async ({ reason, args, ...rest }) => {
    const input = 'input' in rest ? rest.input : await signed()
    const { code, out, err } = await sealbearer(args, { input })
    expect({ code, out }).toEqual({ code: exitCodes[reason].code, out: '' })
    expect(err).toMatch(/^sealbearer: .+\n$/)
    expect(err).not.toContain('hunter2')
  })

  test.each([
    { reason: 'notTrusted', title: 'another key', args: verifying([], 'other.pub') },
    {
      reason: 'notAccepted',
      title: 'another audience',
      args: ['verify', '--key', 'sign.pub', ...parties.slice(0, 2), '--audience', 'x', '--typ', 'any'],
    },
    { reason: 'done', title: 'the right ones', args: verifying() },
  ] as const)('$reason: $title', async ({ reason, args }) => {
    expect((await sealbearer(args, { input: await signed() })).code).toBe(exitCodes[reason].code)
  })

  test('a corrupt file is not an error of the command line', async () => {
    await writeFile(
      join(folder, 'corrupt.json'),
      (await readFile(join(folder, 'ring.json'), 'utf8')).replace(/"kid": "./, '"kid": "'),
    )
    expect((await sealbearer(['rotate', 'corrupt.json'])).code).toBe(exitCodes.ring.code)
  })
})

describe('misspelt', () => {
  test.each([
    { args: ['verfy'], says: 'there is no such command, did you mean verify?' },
    { args: ['frobnicate'], says: 'there is no such command;' },
    { args: ['verify', '--audince', 'x'], says: 'unknown option --audince, did you mean --audience?' },
    { args: ['keygen', 'ES256', '--passphrase=hunter2'], says: 'did you mean --passphrase-file?' },
    { args: ['verify', '--frobnicate'], says: 'unknown option --frobnicate;' },
    // What is pasted in the place of an option may be a secret.
    { args: ['verify', '--eyJhbGciOiJub25lIn0hunter2'], says: 'verify: unknown option;' },
    { args: ['verify', '--\u001b[2J'], says: 'verify: unknown option;' },
  ])('$args', async ({ args, says }) => {
    const { code, err } = await sealbearer(args)
    expect(code).toBe(exitCodes.usage.code)
    expect(err).toContain(says)
    expect(err).not.toContain('hunter2')
  })

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    for (const args of [['--version'], ['version'], ['-v']]) expect(await output(args)).toBe(`${version}\n`)
  })
})

describe('text as Windows writes it', () => {
  const written: Readonly<Record<string, (text: string) => Buffer>> = {
    'UTF-8': (text) => Buffer.from(text),
    'UTF-8 with a byte order mark': (text) => Buffer.from(`\ufeff${text}`),
    'UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
    'UTF-16 of the other byte order': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    'line ends of Windows': (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  }

  test.each(Object.entries(written))('%s: key, token, claims and secret', async (name, write) => {
    const file = async (part: string, text: string): Promise<string> => {
      const path = join(folder, `${name}-${part}`)
      await writeFile(path, write(text))
      return path
    }
    const [signing, published] = await Promise.all(
      ['sign.key', 'sign.pub'].map(async (from) => file(from, await readFile(join(folder, from), 'utf8'))),
    )
    const from = await file('claims', claims)
    const token = await output(['sign', '--key', String(signing), ...policy, '--claims', from])
    const read = await output([
      ...['verify', '--key', String(published), ...policy],
      ...['--in', await file('token', token)],
    ])
    expect(JSON.parse(read)).toMatchObject({ sub: 'user_123' })
    const secret = await file('secret', `${'correct horse '.repeat(3)}battery\n`)
    const told = ['--alg', 'HS256', '--encoding', 'utf8'] as const
    const under = await output(['sign', '--key', secret, ...told, ...policy, '--claims', from])
    await writeFile(join(folder, 'plain-secret'), `${'correct horse '.repeat(3)}battery`)
    await output(['verify', '--key', 'plain-secret', ...told, ...policy], under)
  })

  test('what has no mark and is not UTF-8 is named', async () => {
    await writeFile(join(folder, 'unmarked'), Buffer.from('{"kty":"EC"}', 'utf16le'))
    const { code, err } = await sealbearer(['jwks', '--key', 'unmarked'])
    expect(code).toBe(exitCodes.usage.code)
    expect(err).toContain('not text in UTF-8')
  })
})

test('a longer lifetime has its own option', async () => {
  const refused = await sealbearer(['sign', '--key', 'sign.key', ...policy, '--lifetime', '2h'], {
    input: claims,
  })
  expect(refused.err).toContain('--max-lifetime')
  await signed(['--lifetime', '2h', '--max-lifetime', '2h'])
})

test.each([
  { title: 'a claim that may not be there', body: JSON.stringify({ 'pass\u001b\u009b\u202eword': 'x' }) },
  { title: 'a claim of the wrong type', body: JSON.stringify({ sub: '\u001b', exp: '\u001b' }) },
])('what is said of claims paints nothing: $title', async ({ body }) => {
  const { code, err } = await sealbearer(['sign', '--key', 'sign.key', ...policy], { input: body })
  expect(code).not.toBe(0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing that must not be there
  expect(err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

test('nor does the ID of a key', async () => {
  const kid = 'x\u009b31m\u202ey'
  const printed = await output(['keygen', 'ES256', '--kid', kid])
  await writeFile(join(folder, 'painted'), printed)
  const published = await output(['jwks', '--key', 'painted'])
  for (const text of [printed, published]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing that must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  }
  expect(JSON.parse(published).keys[0].kid).toBe(kid)
})

test('help names every command and its options', async () => {
  const overview = await output([])
  for (const name of Object.keys(commands)) expect(overview).toContain(`  ${name}`)
  const help = await output(['verify', '--help'])
  for (const name of Object.keys(commands['verify']?.options ?? {})) expect(help).toContain(`--${name}`)
  expect(await output(['help', 'verify'])).toBe(help)
})
