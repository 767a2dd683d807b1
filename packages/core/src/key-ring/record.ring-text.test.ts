import { expect, test } from 'vitest'
import { untyped } from '../testing/untyped.js'
import { readRing, writeRing } from './record.js'

const entry = {
  jwk: { kty: 'EC', kid: 'a', alg: 'ES256', use: 'sig', x: 'x' } as const,
  ...{ series: 'ES256', published: 1, lead: 2, trustFor: 3, activeFrom: 4, activeUntil: 5 },
}
const ring = { entries: [entry, { ...entry, jwk: { ...entry.jwk, kid: 'b', use: 'enc' } as const }], lead: 7 }
const write = (state: unknown): Promise<string> => writeRing(untyped(state))
const unreadable = (parameter?: string) => expect.objectContaining({ code: 'SB_RING_UNREADABLE', parameter })

test('reads what it wrote', async () => {
  expect(await readRing(await write(ring))).toEqual(ring)
  const { activeFrom: _, activeUntil: __, ...next } = entry
  expect(await readRing(await write({ entries: [next], lead: 0 }))).toEqual({ entries: [next], lead: 0 })
  expect(await readRing(await write({ entries: [], lead: 0 }))).toEqual({ entries: [], lead: 0 })
})

test('writes a JWK Set that ends in a line', async () => {
  const text = await write(ring)
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text).keys).toMatchObject([{ kid: 'a' }, { kid: 'b' }])
})

test.each<[string, (text: string) => string, string | undefined]>([
  ['no JSON', () => 'keys', undefined],
  ['no list', (text) => text.replace('"keys": [', '"kays": ['), 'keys'],
  ['no lead', (text) => text.replace(/"lead": 7,/, '"lead": "7",'), 'keys'],
  ['another lead', (text) => text.replace(/"lead": 7,/, '"lead": 8,'), 'digest'],
  ['another time', (text) => text.replace('"published": 1', '"published": 0'), 'digest'],
  ['another digest', (text) => text.replace(/"digest": "./, '"digest": "!'), 'digest'],
])('refuses a text with %s', async (_, change, parameter) => {
  const text = await write(ring)
  expect(change(text)).not.toBe(text)
  await expect(readRing(change(text))).rejects.toEqual(unreadable(parameter))
})

test.each<[string, object]>([
  ['a kid that is no text', { jwk: { ...entry.jwk, kid: 7 } }],
  ['no type', { jwk: { ...entry.jwk, kty: undefined } }],
  ['an unknown algorithm', { jwk: { ...entry.jwk, alg: 'none' } }],
  ['another use', { jwk: { ...entry.jwk, use: 'both' } }],
  ['no series', { series: undefined }],
  ['no time of publication', { published: null }],
  ['a lead as text', { lead: '2' }],
  ['no trust', { trustFor: undefined }],
  ['a beginning as text', { activeFrom: '4' }],
  ['an end as text', { activeUntil: '5' }],
])('refuses a key with %s, whoever signed for it', async (_, change) => {
  await expect(readRing(await write({ entries: [{ ...entry, ...change }], lead: 7 }))).rejects.toEqual(
    unreadable('ring'),
  )
})

test('refuses a key without its times, what is no key, and two of one kid', async () => {
  const plain = { ...entry.jwk, toJSON: undefined }
  await expect(readRing(await write({ entries: [entry, entry], lead: 7 }))).rejects.toEqual(unreadable('kid'))
  const text = await write({ entries: [{ jwk: { ...plain, ring: undefined } }], lead: 7 })
  await expect(readRing(text)).rejects.toEqual(unreadable('ring'))
})

test('refuses a key that is none, with a digest that is right', async () => {
  // What writes a ring puts each key together itself; these come from elsewhere.
  const withKeys = async (keys: unknown[]) => {
    const octets = new TextEncoder().encode(JSON.stringify({ keys, lead: 7 }))
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', octets)).toString('base64url')
    return JSON.stringify({ keys, lead: 7, digest })
  }
  const { jwk, ...plan } = entry
  expect(await readRing(await withKeys([{ ...jwk, ring: plan }]))).toEqual({ entries: [entry], lead: 7 })
  for (const key of ['key', null, [jwk], jwk, { ...jwk, ring: null }, { ...jwk, ring: [plan] }]) {
    await expect(readRing(await withKeys([key]))).rejects.toEqual(unreadable('ring'))
  }
})
