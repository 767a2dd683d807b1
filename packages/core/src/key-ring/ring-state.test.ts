import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { readRing, writeRing } from './ring-state.js'

const entry = {
  jwk: { kty: 'EC', kid: 'a', alg: 'ES256', use: 'sig', x: 'x' } as const,
  ...{ series: 'ES256', published: 1, lead: 2, trustFor: 3, activeFrom: 4, activeUntil: 5 },
}
const state = {
  entries: [entry, { ...entry, jwk: { ...entry.jwk, kid: 'b', use: 'enc' } as const }],
  ...{ lead: 7, revoked: ['c'] },
}
const ring = { id: 'ring', name: 'orders', revision: 3, state }
const write = (change: object = {}): Promise<string> => writeRing(untyped({ ...ring, ...change }))
const writeState = (change: object): Promise<string> => write({ state: { ...state, ...change } })
const unreadable = (parameter?: string) => expect.objectContaining({ code: 'SB_RING_UNREADABLE', parameter })

test('reads what it wrote', async () => {
  expect(await readRing(await write())).toEqual(ring)
  const { activeFrom: _, activeUntil: __, ...next } = entry
  const entries = [next, { ...state.entries[1], isSpent: true }]
  expect((await readRing(await writeState({ entries }))).state).toEqual({ ...state, entries })
  const empty = { entries: [], lead: 0, revoked: [] }
  expect((await readRing(await writeState(empty))).state).toEqual(empty)
  expect((await readRing(await write({ name: undefined }))).name).toBeUndefined()
})

test('writes a JWK Set that ends in a line', async () => {
  const text = await write()
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text).keys).toMatchObject([{ kid: 'a' }, { kid: 'b' }])
})

test.each<[string, (text: string) => string, string | undefined]>([
  ['no JSON', () => 'keys', undefined],
  ['no list', (text) => text.replace('"keys": [', '"kays": ['), 'keys'],
  ['no lead', (text) => text.replace(/"lead": 7,/, '"lead": "7",'), 'keys'],
  ['another lead', (text) => text.replace(/"lead": 7,/, '"lead": 8,'), 'digest'],
  ['another time', (text) => text.replace('"published": 1', '"published": 0'), 'digest'],
  ['another revision', (text) => text.replace('"revision": 3', '"revision": 4'), 'digest'],
  ['another name', (text) => text.replace('"orders"', '"payments"'), 'digest'],
  ['a key that is not revoked any more', (text) => text.replace(/"c"\s/, ''), 'digest'],
  ['another digest', (text) => text.replace(/"digest": "./, '"digest": "!'), 'digest'],
])('refuses a text with %s', async (_, change, parameter) => {
  const text = await write()
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
])('refuses a key with %s, with a digest that is right', async (_, change) => {
  await expect(readRing(await writeState({ entries: [{ ...entry, ...change }] }))).rejects.toEqual(
    unreadable('ring'),
  )
})

test.each<[string, object, string]>([
  ['no id', { id: undefined }, 'id'],
  ['a revision that is no count', { revision: 1.5 }, 'id'],
  ['a name that is no text', { name: 7 }, 'id'],
  ['no revoked keys', { state: { ...state, revoked: undefined } }, 'revoked'],
  ['a revoked key that is no text', { state: { ...state, revoked: [7] } }, 'revoked'],
])('refuses a ring with %s, with a digest that is right', async (_, change, parameter) => {
  await expect(readRing(await write(change))).rejects.toEqual(unreadable(parameter))
  await expect(readRing(await write())).resolves.toEqual(ring)
})

test('refuses a key without its times, a value that is no key, and two keys with one kid', async () => {
  const plain = { ...entry.jwk, toJSON: undefined }
  await expect(readRing(await writeState({ entries: [entry, entry] }))).rejects.toEqual(unreadable('kid'))
  const text = await writeState({ entries: [{ jwk: { ...plain, ring: undefined } }] })
  await expect(readRing(text)).rejects.toEqual(unreadable('ring'))
})

test('refuses what is not a key, with a digest that is right', async () => {
  // What writes a ring puts each key together itself; these come from elsewhere.
  const withKeys = async (keys: unknown[]) => {
    const text = { id: 'ring', revision: 3, lead: 7, revoked: [], keys }
    const bytes = new TextEncoder().encode(JSON.stringify(text))
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('base64url')
    return JSON.stringify({ ...text, digest })
  }
  const { jwk, ...plan } = entry
  expect((await readRing(await withKeys([{ ...jwk, ring: plan }]))).state.entries).toEqual([entry])
  for (const key of ['key', null, [jwk], jwk, { ...jwk, ring: null }, { ...jwk, ring: [plan] }]) {
    await expect(readRing(await withKeys([key]))).rejects.toEqual(unreadable('ring'))
  }
})
