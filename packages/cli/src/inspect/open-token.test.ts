import { exportJwk, generateKey, type Key } from '@sealbearer/core'
import { encryptJwe, signJws } from '@sealbearer/core/jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { conclusionOf } from './conclusion.js'
import { factsOf } from './facts.js'
import { findingsOfLayers } from './findings.js'
import { inspectToken, tokenIn, whyNoToken } from './inspected-token.js'
import { keysIn } from './key-text.js'
import { openToken } from './open-token.js'

const now = 1_800_000_000
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const claims = { iss: 'https://auth.example', aud: 'https://api.example', exp: now + 300, iat: now }

let keys: Readonly<Record<'signing' | 'recipient' | 'other', Key>>
let tokens: Readonly<Record<'signed' | 'encrypted' | 'nested' | 'unmarked', string>>
const text = (...of: readonly Key[]): string => of.map((key) => JSON.stringify(exportJwk(key))).join('\n')

beforeAll(async () => {
  const [signing, other, recipient] = await Promise.all([
    generateKey('ES256', { extractable: true }),
    generateKey('ES256', { extractable: true }),
    generateKey('ECDH-ES', { extractable: true, crv: 'P-256' }),
  ])
  keys = { signing, other, recipient }
  const signed = await signJws(bytes(claims), {
    algorithm: 'ES256',
    key: signing,
    protectedHeader: { typ: 'at+jwt' },
  })
  const seal = (content: Uint8Array, protectedHeader: Record<string, unknown>): Promise<string> =>
    encryptJwe(content, {
      keyManagement: 'ECDH-ES',
      contentEncryption: 'A256GCM',
      key: recipient,
      protectedHeader,
    })
  const inner = new TextEncoder().encode(signed)
  tokens = {
    signed,
    encrypted: await seal(bytes(claims), {}),
    nested: await seal(inner, { cty: 'JWT', aud: 'https://gateway.example' }),
    unmarked: await seal(inner, {}),
  }
})

describe('a token is opened', () => {
  test.each([
    { form: 'signed', with: ['signing'], outcomes: ['verified'], conclusion: 'good' },
    { form: 'signed', with: ['other'], outcomes: ['wrong key'], conclusion: 'bad' },
    { form: 'signed', with: ['other', 'signing'], outcomes: ['verified'], conclusion: 'good' },
    { form: 'signed', with: ['recipient'], outcomes: ['wrong key'], conclusion: 'bad' },
    { form: 'signed', with: [], outcomes: ['no key'], conclusion: 'open' },
    { form: 'encrypted', with: ['recipient'], outcomes: ['decrypted'], conclusion: 'open' },
    { form: 'encrypted', with: ['signing'], outcomes: ['wrong key'], conclusion: 'bad' },
    {
      form: 'nested',
      with: ['recipient', 'signing'],
      outcomes: ['decrypted', 'verified'],
      conclusion: 'good',
    },
    { form: 'nested', with: ['recipient', 'other'], outcomes: ['decrypted', 'wrong key'], conclusion: 'bad' },
    { form: 'nested', with: ['signing'], outcomes: ['wrong key'], conclusion: 'bad' },
  ] as const)('$form with $with: $outcomes', async ({ form, with: names, outcomes, conclusion }) => {
    const layers = await openToken(tokens[form], keysIn(text(...names.map((name) => keys[name]))))
    expect(layers.map(({ trial }) => trial?.outcome)).toEqual(outcomes)
    expect(conclusionOf(layers).kind).toBe(conclusion)
  })

  test('no reason quotes a key', async () => {
    const layers = await openToken(tokens.nested, keysIn(`${text(keys.other)}\nhunter2hunter2hunter2`))
    const { d = '' } = exportJwk(keys.other)
    const said = JSON.stringify(layers.map(({ trial }) => trial))
    expect(said).toContain('EC private key')
    expect(said).not.toContain(d)
    expect(said).not.toContain('hunter2')
  })

  test('both audiences are named, and that they differ', async () => {
    const layers = await openToken(tokens.nested, keysIn(text(keys.recipient)))
    expect(factsOf(layers, now)).toEqual(
      expect.arrayContaining([
        { name: 'audience inside', value: 'https://api.example' },
        { name: 'audience outside', value: 'https://gateway.example' },
        { name: 'time', value: '5 min left of 5 min' },
      ]),
    )
    const [outside] = findingsOfLayers(layers, now)
    expect(outside?.map(({ severity, parameter }) => [severity, parameter])).toEqual([
      ['wrong', 'aud'],
      ['risky', 'aud'],
    ])
  })

  test('that a signed token is inside is known once it is decrypted', async () => {
    const closed = await openToken(tokens.unmarked, [])
    expect(findingsOfLayers(closed, now)[0]?.[0]).toMatchObject({ severity: 'risky', parameter: 'cty' })
    const open = await openToken(tokens.unmarked, keysIn(text(keys.recipient)))
    expect(findingsOfLayers(open, now)[0]?.[0]).toMatchObject({ severity: 'wrong', parameter: 'cty' })
  })
})

test.each([
  ['secret', 'a secret of tutorials'],
  ['another short one', '17 bytes; RFC 7518 §3.2 asks for 32'],
])('a token under the weak secret "%s" can be forged', async (secret, said) => {
  const input = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [
    'sign',
  ])
  const signature = Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from(input))).toString(
    'base64url',
  )
  const layers = await openToken(`${input}.${signature}`, keysIn(secret))
  expect(layers[0]?.trial).toMatchObject({ outcome: 'verified', key: 'secret (text)' })
  expect(layers[0]?.trial?.weakness).toContain(said)
  expect(conclusionOf(layers).title).toBe('Anyone can forge this token')
})

test.each([
  {
    title: 'a signed token after its header',
    cut: ([header]: readonly string[]) => String(header),
    says: 'only one part',
  },
  {
    title: 'a signed token before its signature',
    cut: (parts: readonly string[]) => parts.slice(0, 2).join('.'),
    says: 'before its signature',
  },
])('names $title as one that was cut off', ({ cut, says }) => {
  expect(whyNoToken(cut(tokens.signed.split('.')))).toContain(says)
})

test('names a truncated encrypted token, and wrong lengths', () => {
  const parts = tokens.nested.split('.')
  expect(whyNoToken(parts.slice(0, 4).join('.'))).toContain('before its authentication tag')
  for (const [token, parameter] of [
    [tokens.nested.slice(0, -8), 'tag'],
    [tokens.signed.slice(0, -8), 'signature'],
  ] as const) {
    const inspected = inspectToken(token)
    const layers = inspected === undefined ? [] : [{ token: inspected, trial: undefined, content: undefined }]
    const cut = findingsOfLayers(layers, now)[0]?.find(({ text: said }) => said.includes('cut off'))
    expect(cut?.parameter).toBe(parameter)
  }
})

test.each(['Bearer x.y.z', 'Authorization: Bearer x.y.z', ' "x.y.z" ', 'x.\n  y.z\r\n', 'DPoP x.y.z'])(
  'takes the token out of %j',
  (pasted) => expect(tokenIn(pasted)).toBe('x.y.z'),
)

test('keys are found however they are pasted', () => {
  const [jwk, pem] = [text(keys.signing), '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----']
  const set = JSON.stringify({ keys: [exportJwk(keys.signing), exportJwk(keys.other)] }, undefined, 2)
  const names = (pasted: string): readonly string[] => keysIn(pasted).map(({ name }) => name)
  expect(names('')).toEqual([])
  expect(names(`${set}\n${pem}\n\n${jwk} a secret`)).toEqual([
    'public key (PEM)',
    'EC private key (JWK)',
    'EC private key (JWK)',
    'EC private key (JWK)',
    'secret (text)',
  ])
  expect(names('c2VjcmV0IGJ5dGVz')).toEqual(['secret (text)', 'secret (Base64)'])
  // As keygen prints them, on several lines.
  expect(names(JSON.stringify(exportJwk(keys.signing), undefined, 2))).toEqual(['EC private key (JWK)'])
})
