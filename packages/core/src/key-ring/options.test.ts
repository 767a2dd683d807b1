import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { publicJwks } from '../keys/jwk-set.js'
import { type KeyRingOptions, ringOptions, seriesId } from './options.js'
import { createMemoryRings } from './store.js'

const good: KeyRingOptions = { keys: ['ES256'] }
const store = createMemoryRings()
const source = { create: async () => ({ kid: 'a' }), open: () => untyped({}) }

test('names a series by its algorithm, and by enc where it has one', () => {
  expect(seriesId('ES256', undefined)).toBe('ES256')
  expect(seriesId('dir', 'A256GCM')).toBe('dir A256GCM')
})

test('has defaults', () => {
  expect(ringOptions(good)).toEqual({
    rows: [{ alg: 'ES256', id: 'ES256', use: 'sig' }],
    timing: { lead: 300 + 60, rotateEvery: undefined, reloadEvery: 0 },
    maxAge: 300,
    clockTolerance: 60,
    maxTokenLifetime: 3_600,
    maxStale: 3_600,
    name: undefined,
    create: true,
    trustFor: { sig: 3_600 + 60, enc: 3_600 + 60 + 300 },
    store: undefined,
    emit: expect.any(Function),
    onError: expect.any(Function),
  })
  expect(ringOptions({ ...good, store })).toMatchObject({
    timing: { lead: 300 + 60 + 30, reloadEvery: 30 },
    trustFor: { sig: 3_600 + 60 + 30, enc: 3_600 + 60 + 30 + 300 },
    store,
  })
})

test('computes the lead from the options', () => {
  const times = { maxAge: '10s', maxTokenLifetime: '100s', clockTolerance: '1s', reloadEvery: '5s' } as const
  expect(ringOptions({ ...good, ...times, store, rotateEvery: '1h' })).toMatchObject({
    timing: { lead: 16, rotateEvery: 3_600, reloadEvery: 5 },
    trustFor: { sig: 106, enc: 116 },
  })
  // Without a store there is nothing to load again.
  expect(ringOptions({ ...good, ...times })).toMatchObject({ timing: { lead: 11, reloadEvery: 0 } })
})

test('accepts every kind of row', async () => {
  const initial = await generateKey('ES256')
  const { rows } = ringOptions({
    keys: [
      { alg: 'ES256', initial },
      { alg: 'RS256', modulusLength: 3_072 },
      { alg: 'ECDH-ES', crv: 'P-256' },
      { alg: 'ECDH-ES+A128KW', source },
      { alg: 'dir', enc: 'A256GCM' },
      { alg: 'dir', enc: 'A128GCM' },
    ],
  })
  expect(rows.map(({ id, use }) => `${use} ${id}`)).toEqual([
    'sig ES256',
    'sig RS256',
    'enc ECDH-ES',
    'enc ECDH-ES+A128KW',
    'enc dir A256GCM',
    'enc dir A128GCM',
  ])
  expect(rows[0]?.initial).toBe(initial)
})

describe('refuses', () => {
  const rotation = { maxAge: 10, clockTolerance: 5 } as const
  test.each<[string, object, RegExp]>([
    ['a misspelt option', { key: [] }, /^createKeyRing: has no option "key"/],
    ['a store that cannot save', { store: { load: store.load } }, /^store: must have load\(\) and save\(\)$/],
    ['text for onError', { onError: 'log' }, /^onError: must be a function that accepts an error$/],
    ['tokens without a life', { maxTokenLifetime: 0 }, /^maxTokenLifetime: must be more than 0/],
    ['a store that is never read', { store, reloadEvery: 0 }, /^reloadEvery: must be more than 0/],
    ['an invalid life', { maxTokenLifetime: 'long' }, /^maxTokenLifetime: must be seconds/],
    ['an invalid time to load again', { store, reloadEvery: 'often' }, /^reloadEvery: must be seconds/],
    ['an invalid life', { maxStale: 'long' }, /^maxStale: must be seconds/],
    [
      'trust that ends before the next look',
      { store, maxStale: 30 },
      /^maxStale: must be longer than reloadEvery$/,
    ],
    ['an empty name', { name: '' }, /^name: must be a non-empty string/],
    ['a number for a name', { name: 7 }, /^name: must be a non-empty string/],
    ['text for create', { create: 'no' }, /^create: must be true or false$/],
    ['an invalid maxAge', { maxAge: 'long' }, /^maxAge: /],
    ['an invalid tolerance', { clockTolerance: -1 }, /^clockTolerance: /],
    ['an invalid rotation', { rotateEvery: 'often' }, /^rotateEvery: /],
    ['a rotation before keys are known', { ...rotation, rotateEvery: 14 }, /^rotateEvery: .* for 15 s /],
    ['no time at all', { maxAge: 0, clockTolerance: 0, rotateEvery: 0 }, /^rotateEvery: /],
    ['no list', { keys: 'ES256' }, /^keys: must be a list of algorithms, such as/],
    ['an empty list', { keys: [] }, /^keys: must be a list of algorithms, such as/],
    ['one twice', { keys: ['ES256', { alg: 'ES256' }] }, /^keys: ES256 is listed twice; /],
    ['an unknown algorithm', { keys: ['none'] }, /none/],
    ['an unknown member', { keys: [{ alg: 'ES256', kid: 'a' }] }, /^keys: has no option "kid"/],
    ['an open curve', { keys: ['ECDH-ES'] }, /^keys: ECDH-ES needs crv, one of P-256, P-384, P-521, X25519$/],
    ['an initial key by hand', { keys: [{ alg: 'ES256', initial: {} }] }, /^keys: initial must be a private/],
    [
      'a source that cannot open',
      { keys: [{ alg: 'ES256', source: { create: source.create } }] },
      /^keys: source must have create\(\) and open\(\)$/,
    ],
    [
      'a source that cannot create',
      { keys: [{ alg: 'ES256', source: { open: source.open } }] },
      /^keys: source must have create\(\) and open\(\)$/,
    ],
  ])('%s', (_, change, says) => {
    expect(() => ringOptions(untyped({ ...good, ...change }))).toThrow(TypeError)
    expect(() => ringOptions(untyped({ ...good, ...change }))).toThrow(says)
  })

  test('but accepts a rotation as soon as keys are known', () => {
    expect(ringOptions({ ...good, ...rotation, rotateEvery: 15 }).timing.rotateEvery).toBe(15)
  })

  test('an initial key of another algorithm, and a public one', async () => {
    const other = await generateKey('ES384')
    expect(() => ringOptions({ keys: [{ alg: 'ES256', initial: other }] })).toThrow(
      /^keys: initial must be a private key or secret for ES256$/,
    )
    expect(() => ringOptions({ keys: [{ alg: 'ES384', initial: other }] })).not.toThrow()
    const [jwk = {}] = publicJwks(other).keys
    const initial = await importKey(jwk, { alg: 'ES384' })
    expect(() => ringOptions({ keys: [{ alg: 'ES384', initial }] })).toThrow(
      /^keys: initial must be a private key/,
    )
  })
})
