import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { exportJwk } from '../keys/jwk-set.js'
import { adoptedJwk, openJwk, ownKeySource } from './key-source.js'

test('makes keys that it can open, each with a kid of its own', async () => {
  const source = ownKeySource('dir', { enc: 'A128GCM' })
  const [one, other] = [await source.create(), await source.create()]
  expect(one).toMatchObject({ kty: 'oct', kid: expect.any(String) })
  expect(one.kid).not.toBe(other.kid)
  expect(await source.open({ ...one, alg: 'dir', ...{ enc: 'A128GCM' } })).toMatchObject({
    ...{ alg: 'dir', enc: 'A128GCM', kid: one.kid },
  })
})

test('opens a key for its own alg', async () => {
  const jwk = exportJwk(await generateKey('ES256', { kid: 'a', extractable: true }))
  expect(await openJwk(jwk)).toMatchObject({ alg: 'ES256', kid: 'a', type: 'private', enc: undefined })
  const { kid: _, ...nameless } = jwk
  expect(await openJwk(nameless)).toMatchObject({ kid: undefined })
  const secret = exportJwk(await generateKey('A128KW', { extractable: true }))
  expect(await openJwk({ ...secret, ...{ enc: 'A128GCM' } })).toMatchObject({ enc: 'A128GCM' })
  expect(await openJwk({ ...secret, ...{ enc: 'none' } })).toMatchObject({ enc: undefined })
})

test.each([
  { title: 'no algorithm', change: { alg: undefined }, parameter: 'alg' },
  { title: 'an unknown one', change: { alg: 'none' }, parameter: 'alg' },
  { title: 'one of another type', change: { alg: 'RS256' }, parameter: 'keys' },
])('does not open a key with $title', async ({ change, parameter }) => {
  const jwk = exportJwk(await generateKey('ES256', { extractable: true }))
  await expect(async () => openJwk(Object.assign({}, jwk, change))).rejects.toMatchObject({
    ...{ code: 'SB_RING_UNREADABLE', parameter },
  })
})

test('names an adopted pair by its public half, and an adopted secret at random', async () => {
  const named = await generateKey('ES256', { kid: 'a', extractable: true })
  expect(await adoptedJwk(named)).toEqual(exportJwk(named))
  const { kid: _, ...pair } = exportJwk(named)
  const nameless = await importKey(pair, { alg: 'ES256', extractable: true })
  expect((await adoptedJwk(nameless)).kid).toBe(await calculateJwkThumbprint(pair))
  const k = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url')
  const secret = await importKey({ kty: 'oct', k }, { alg: 'HS256', extractable: true })
  const [one, other] = [await adoptedJwk(secret), await adoptedJwk(secret)]
  expect(one.kid).not.toBe(other.kid)
  expect(one.kid).not.toBe(await calculateJwkThumbprint({ kty: 'oct', k }))
  await expect(adoptedJwk(await generateKey('ES256'))).rejects.toThrow(/^exportJwk: /)
})
