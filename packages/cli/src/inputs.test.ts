import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJwk, generateKey } from '@sealbearer/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands, main } from './main.js'
import { boundedLines, maxInputBytes, readInput } from './read-input.js'

let folder: string
const at = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealbearer-inputs-'))
  const key = JSON.stringify(exportJwk(await generateKey('ES256', { extractable: true })))
  await writeFile(at('key'), key)
  await writeFile(at('largest key'), key.padEnd(maxInputBytes))
  await writeFile(at('twice'), key.replace('{', '{"kty":"EC",'))
  await writeFile(
    at('secret'),
    JSON.stringify(exportJwk(await generateKey('dir', { extractable: true, enc: 'A256GCM' }))),
  )
  await writeFile(at('huge'), '')
  await truncate(at('huge'), 2 ** 40)
})
afterAll(() => rm(folder, { recursive: true }))

async function run(args: readonly string[], more: Partial<Parameters<typeof main>[1]> = {}) {
  let [out, err] = ['', '']
  const code = await main(args, {
    ...{ env: {}, readStdin: async () => '{}', lines: async function* () {}, columns: 80 },
    print: (text) => {
      out += text
    },
    printError: (text) => {
      err += text
    },
    ...{ openFile: async () => {}, isTerminal: false, isErrorTerminal: false, hasColours: false },
    ...more,
  })
  return { code, out, err }
}

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const signed = ['--issuer', 'https://auth.example.com', '--audience', 'https://api.example.com']
/** Every option that names a file, in each command that has it; `huge` stands for the file. */
const reads = (): readonly (readonly string[])[] => [
  ['jwks', '--key', at('huge')],
  ['sign', '--key', at('huge'), ...signed],
  ['sign', '--key', at('key'), '--claims', at('huge'), ...signed],
  ['mint', '--provider', 'auth0', '--key', at('huge')],
  ['mint', '--provider', 'auth0', '--key', at('key'), '--claims', at('huge')],
  ['verify', '--key', at('huge'), ...signed],
  ['verify', '--key', at('key'), '--in', at('huge'), '--typ', 'JWT', ...signed],
  ['encrypt', '--key', at('huge')],
  ['encrypt', '--key', at('secret'), '--in', at('huge')],
  ['decrypt', '--key', at('huge')],
  ['decrypt', '--key', at('secret'), '--in', at('huge')],
  ['proof', '--url', 'https://api.example.com/', '--key', at('huge')],
  ['proof', '--url', 'https://api.example.com/', '--token', at('huge')],
  ['inspect', '--key', at('huge'), 'a.b.c'],
  ['inspect', '--decrypt-key', at('huge'), 'a.b.c'],
  ['inspect', '--in', at('huge')],
  ['verify', '--decrypt-key', at('huge'), '--key', at('key'), '--typ', 'JWT', ...signed],
  ['status', at('key'), '--passphrase-file', at('huge')],
  ['rotate', at('key'), '--passphrase-file', at('huge')],
  ['keygen', 'ES256', '--ring', at('new'), '--passphrase-file', at('huge')],
]
const inputs = [
  { title: 'a file of a terabyte', path: () => at('huge') },
  ...(process.platform === 'win32' ? [] : [{ title: 'a device', path: () => '/dev/zero' }]),
]

describe.each(inputs)('$title is read up to the limit', ({ path }) => {
  const count = 20
  test.each(Array.from({ length: count }, (_, index) => index))('by command line %i', async (index) => {
    expect(reads()).toHaveLength(count)
    const args = (reads()[index] ?? []).map((arg) => (arg === at('huge') ? path() : arg))
    expect(await run(args)).toEqual({
      ...{ code: 2, out: '' },
      err: 'sealbearer: the input is too large: at most 8 MiB are read\n',
    })
  })
})

test('every option that names a file is among them', () => {
  const named = new Set(reads().flatMap((args) => args.map((arg) => `${args[0]} ${arg}`)))
  for (const [name, { options }] of Object.entries(commands)) {
    for (const [option, { value }] of Object.entries(options)) {
      if (value !== 'FILE' && value !== 'FROM') continue
      if (option === 'passphrase-file' || option === 'ring' || option === 'out') continue
      expect(named).toContain(`${name} --${option}`)
    }
  }
})

test('an input of just that length is read', async () => {
  expect(await run(['jwks', '--key', at('largest key')])).toMatchObject({ code: 0, err: '' })
})

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text)
}
async function* endless() {
  for (;;) yield new Uint8Array(65_536)
}

test('stdin is read up to the limit', async () => {
  expect((await readInput(chunks('a', '', 'b'))).toString()).toBe('ab')
  await expect(readInput(endless())).rejects.toThrow('too large')
})

test.each([
  { texts: [], lines: [] },
  { texts: ['a\nb\n'], lines: ['a', 'b'] },
  { texts: ['a\nb'], lines: ['a', 'b'] },
  { texts: ['a', 'b\r', '\nc\r\n'], lines: ['ab', 'c'] },
  { texts: ['\n\n'], lines: ['', ''] },
  { texts: ['\u00e9\n\u00e9'], lines: ['\u00e9', '\u00e9'] },
])('lines of $texts', async ({ texts, lines }) => {
  expect(await collected(boundedLines(chunks(...texts)))).toEqual(lines)
})

test('a line that never ends is read up to the limit', async () => {
  await expect(collected(boundedLines(endless()))).rejects.toThrow('too large')
})

/** Claims as text, and the same with each member once. */
const doubled = [
  ['{"sub":"a","sub":"b"}', '{"sub":"b"}'],
  ['{"sub":"a","s\\u0075b":"b"}', '{"sub":"b"}'],
  ['{"address":{"city":"a","city":"b"}}', '{"address":{"city":"b"}}'],
  ['{"list":[{"a":1,"a":2}]}', '{"list":[{"a":2}]}'],
  ['{"sub":"\\ud800"}', '{"sub":"\\ud83d\\ude00"}'],
  [`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, '{"a":[[]]}'],
] as const

describe.each([
  { command: 'sign', more: signed },
  { command: 'mint', more: ['--provider', 'auth0'] },
])('$command', ({ command, more }) => {
  const send = async (claims: string) => {
    await writeFile(at('claims'), claims)
    return run([command, '--key', at('key'), '--claims', at('claims'), ...more])
  }
  test.each(doubled)('refuses %s, and accepts %s', async (bad, good) => {
    expect(await send(bad)).toMatchObject({
      ...{ code: 2, out: '' },
      err: expect.stringContaining(`${command}: the claims have a duplicate member`),
    })
    expect(await send(good)).toMatchObject({ code: 0, err: '' })
  })

  test.each(['[]', 'null', '"{}"', '{', ''])('refuses %s', async (claims) => {
    const err = `sealbearer: ${command}: the claims are not a JSON object\n`
    expect(await send(claims)).toEqual({ code: 2, out: '', err })
  })
})

test('a key with a duplicate member is refused', async () => {
  expect(await run(['jwks', '--key', at('twice')])).toMatchObject({
    ...{ code: 2, out: '' },
    err: expect.stringContaining('a duplicate member'),
  })
})
