import { expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import type { JsonObject } from '../compact/json.js'
import { type Verification, verificationSize } from './verification.js'

const header = { alg: 'HS256' }
const sizeOf = (claims: JsonObject, parts: Partial<Verification<unknown>> = {}, text = 'x'.repeat(100)) =>
  verificationSize(
    {
      ...{
        claims,
        outerClaims: undefined,
        isRepeatable: true,
        generations: [],
        now: () => 0,
        revocations: undefined,
        recheck: () => untyped(undefined),
        stillHolds: () => true,
      },
      token: {
        claims,
        form: 'signed',
        protectedHeader: header,
        encryptionHeader: undefined,
        confirmation: undefined,
      },
      ...parts,
    },
    text,
  )

const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, i]))
const usual = sizeOf({ sub: 'a' })

test('is more than the size of the text', () => {
  expect(usual).toBeGreaterThan(2 * 100)
  expect(sizeOf({ sub: 'a' }, {}, 'x'.repeat(1_100)) - usual).toBe(2 * 1_000)
})

test('counts every object, list and member beyond the usual ones', () => {
  expect(sizeOf(members(16))).toBe(usual)
  expect(sizeOf(members(26)) - usual).toBe(10 * 48)
  expect(sizeOf({ sub: null })).toBe(usual)
  expect(sizeOf({ list: [] }) - usual).toBe(64)
  expect(sizeOf({ list: ['a', 'b'] }) - usual).toBe(64 + 2 * 48)
  expect(sizeOf({ list: [{}, {}] }) - usual).toBe(64 + 2 * (48 + 64))
  expect(sizeOf({ one: [], other: {} }) - usual).toBe(2 * 64)
})

test('counts the claims and the JWE header', () => {
  const outerClaims = { exp: 1, token: 'a' }
  expect(sizeOf({ sub: 'a' }, { outerClaims }) - usual).toBe(64 + 2 * 48)
  const token = {
    ...({ claims: {}, form: 'nested', protectedHeader: header } as const),
    encryptionHeader: { ...header, epk: {} },
    confirmation: undefined,
  }
  expect(sizeOf({ sub: 'a' }, { token }) - usual).toBe(64 + 2 * 48 + 64)
})
