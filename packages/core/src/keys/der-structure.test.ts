import { describe, expect, test } from 'vitest'
import { pem } from '../../test-kit/test-keys.js'
import type { Algorithm } from '../crypto/algorithms.js'
import { isExactDer } from './der-structure.js'
import { importKey } from './import.js'

const keys: readonly (readonly [name: string, alg: Algorithm])[] = [
  ['rsa', 'RS256'],
  ['rsa', 'RSA-OAEP-256'],
  ['ec-P-256', 'ES256'],
  ['ec-P-384', 'ES384'],
  ['ec-P-521', 'ES512'],
  ['ed25519', 'Ed25519'],
  ['x25519', 'ECDH-ES'],
]
const labels = { pkcs8: 'PRIVATE KEY', spki: 'PUBLIC KEY', x509: 'CERTIFICATE' } as const
type Encoding = keyof typeof labels

const files = keys.flatMap(([name, alg]) =>
  (['pkcs8', 'spki', 'x509'] as const)
    .filter((encoding) => name !== 'x25519' || encoding !== 'x509')
    .map((encoding) => ({ name, alg, encoding })),
)

const derOf = (name: string, encoding: Encoding): Buffer =>
  Buffer.from(pem(`${name}.${encoding}`).replaceAll(/-----.*?-----|\s/g, ''), 'base64')

const pemOf = (der: Uint8Array, encoding: Encoding): string =>
  `-----BEGIN ${labels[encoding]}-----\n${Buffer.from(der).toString('base64')}\n-----END ${labels[encoding]}-----\n`

interface Part {
  readonly tag: number
  readonly content: Buffer
}

const element = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

/** The parts of well-formed DER. */
function partsOf(der: Buffer): Part[] {
  const parts: Part[] = []
  for (let rest = der; rest.length > 0; ) {
    const [tag = 0, first = 0] = rest
    const count = first < 0x80 ? 0 : first & 0x7f
    const length = count === 0 ? first : rest.readUIntBE(2, count)
    parts.push({ tag, content: rest.subarray(2 + count, 2 + count + length) })
    rest = rest.subarray(2 + count + length)
  }
  return parts
}

const written = ({ tag, content }: Part): Buffer => element(tag, content)

/** The same DER with the content of the element at a path changed, and all lengths correct. */
function changed(der: Buffer, path: readonly number[], change: (content: Buffer) => Buffer): Buffer {
  const [at, ...deeper] = path
  const parts = partsOf(der).map((part, i) => {
    if (i !== at) return written(part)
    const isString = part.tag === 0x03
    const content = isString && deeper.length > 0 ? part.content.subarray(1) : part.content
    const next = deeper.length === 0 ? change(content) : changed(content, deeper, change)
    return isString && deeper.length > 0 ? element(part.tag, Buffer.from([0]), next) : element(part.tag, next)
  })
  return Buffer.concat(parts)
}

const zero = Buffer.from([0])
const nothing = Buffer.from([5, 0])
const append =
  (more: Buffer) =>
  (content: Buffer): Buffer =>
    Buffer.concat([content, more])

/** A longer form of the outermost length. */
function longerLength(der: Buffer): Buffer {
  const [outer] = partsOf(der)
  const content = outer?.content ?? zero
  const size = Buffer.alloc(4)
  size.writeUInt32BE(content.length)
  return Buffer.concat([Buffer.from([0x30, 0x84]), size, content])
}

const damaged: Readonly<Record<string, (der: Buffer, encoding: Encoding) => Buffer>> = {
  'a zero behind it': (der) => Buffer.concat([der, zero]),
  'an element behind it': (der) => Buffer.concat([der, nothing]),
  'a second one behind it': (der) => Buffer.concat([der, der]),
  'a line end behind it': (der) => Buffer.concat([der, Buffer.from('\n')]),
  'its last byte missing': (der) => der.subarray(0, -1),
  'another element inside': (der) => changed(der, [0], append(nothing)),
  'a zero inside': (der) => changed(der, [0], append(zero)),
  'an element behind the key': (der, encoding) =>
    encoding === 'pkcs8'
      ? changed(der, [0, 2], append(nothing))
      : changed(der, encoding === 'spki' ? [0] : [0, 0], append(nothing)),
  'a longer length': longerLength,
  'an indefinite length': (der) =>
    Buffer.concat([Buffer.from([0x30, 0x80]), partsOf(der)[0]?.content ?? zero, Buffer.from([0, 0])]),
}

describe.each(Object.entries(damaged))('with %s', (what, damage) => {
  // The runtime refuses most of these.
  const isKnownElement = /another element inside|element behind the key/.test(what)
  // Nobody checks the signature of a certificate here, so other members of it do not matter.
  const rows = isKnownElement ? files.filter(({ encoding }) => encoding !== 'x509') : files
  test.each(rows)('$encoding of $name for $alg is refused', async ({ name, alg, encoding }) => {
    const der = derOf(name, encoding)
    const text = pemOf(damage(der, encoding), encoding)
    await expect(importKey(text, { alg })).rejects.toThrow(
      isKnownElement ? /^key: / : /^key: the PEM is corrupt/,
    )
    await expect(importKey(text, { alg })).rejects.toThrow(TypeError)
    await expect(importKey(pemOf(der, encoding), { alg })).resolves.toMatchObject({ alg })
  })
})

describe('inside the string with a key', () => {
  const inside: readonly (readonly [string, Encoding, readonly number[], Algorithm])[] = [
    ['rsa', 'spki', [0, 1, 0], 'RS256'],
    ['rsa', 'pkcs8', [0, 2, 0], 'RS256'],
    ['ec-P-256', 'pkcs8', [0, 2, 0], 'ES256'],
  ]
  test.each(inside)('%s: %s', async (name, encoding, path, alg) => {
    const der = derOf(name, encoding)
    const parent = path.slice(0, -1)
    const isBitString = encoding === 'spki'
    for (const more of [zero, nothing, der]) {
      const text = pemOf(changed(der, parent, append(more)), encoding)
      await expect(importKey(text, { alg }), String(isBitString)).rejects.toThrow(/^key: the PEM is corrupt/)
    }
    await expect(
      importKey(pemOf(changed(der, parent, append(Buffer.alloc(0))), encoding), { alg }),
    ).resolves.toBeDefined()
  })

  test.each(keys.slice(2))('%s: unused bits', async (name, alg) => {
    const der = derOf(name, 'spki')
    const withUnused = (bits: number) =>
      pemOf(
        changed(der, [0, 1], (content) => Buffer.concat([Buffer.from([bits]), content.subarray(1)])),
        'spki',
      )
    for (const bits of [1, 7, 8, 255])
      await expect(importKey(withUnused(bits), { alg })).rejects.toThrow(/^key: the PEM is corrupt/)
    await expect(importKey(withUnused(0), { alg })).resolves.toBeDefined()
  })
})

test('depth is bounded', () => {
  let der: Buffer = Buffer.from([5, 0])
  for (let i = 0; i < 5_000; i++) der = element(0x30, der)
  expect(isExactDer(der)).toBe(false)
  let twin: Buffer = Buffer.from([5, 0])
  for (let i = 0; i < 10; i++) twin = element(0x30, twin)
  expect(isExactDer(twin)).toBe(true)
})
