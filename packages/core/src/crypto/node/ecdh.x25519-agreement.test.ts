import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { type EphemeralKey, x25519Agreement } from './ecdh.js'

const { send, receive } = x25519Agreement(generateKeyPairSync('x25519'))

test('sender and recipient agree on the same secret, a new one each time', () => {
  const [one, two] = [send?.(), send?.()]
  expect(one?.epk).toEqual({ kty: 'OKP', crv: 'X25519', x: expect.any(String) })
  expect(receive?.({ ...one?.epk })).toEqual(one?.secret)
  expect(one?.secret).toHaveLength(32)
  expect(two?.secret).not.toEqual(one?.secret)
})

test.each<[string, (epk: EphemeralKey) => EphemeralKey, RegExp]>([
  ['another curve', (epk) => ({ ...epk, crv: 'P-256' }), /^wrong curve$/],
  ['Ed25519', (epk) => ({ ...epk, crv: 'Ed25519' }), /^wrong curve$/],
  ['no curve', ({ x }) => ({ x }), /^wrong curve$/],
  ['no x', ({ crv }) => ({ crv }), /^wrong curve$/],
  ['a short x', (epk) => ({ ...epk, x: 'AAAA' }), /./],
  ['a point whose secret is zero', (epk) => ({ ...epk, x: 'A'.repeat(43) }), /./],
])('rejects an epk with %s', (_, change, message) => {
  const epk: EphemeralKey = send?.().epk ?? {}
  expect(() => receive?.(change(epk))).toThrow(message)
  expect(receive?.(epk)).toHaveLength(32)
})
