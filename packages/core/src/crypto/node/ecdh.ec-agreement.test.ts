import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type EphemeralKey, ecAgreement } from './ecdh.js'

const curves = ['P-256', 'P-384', 'P-521'] as const
const pairOn = (namedCurve: (typeof curves)[number]): KeyPairKeyObjectResult =>
  generateKeyPairSync('ec', { namedCurve })

/** A number with one digit changed, so that the point is not on the curve. */
const changed = (text: unknown): string => String(text).replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))

/** Releases before Node 22 use the first, later ones the second; both work on each. */
describe.each([
  { title: 'with points', isNewer: false },
  { title: 'with key objects', isNewer: true },
])('$title', ({ isNewer }) => {
  describe.each(curves)('on %s', (crv) => {
    const pair = pairOn(crv)
    const { send, receive } = ecAgreement(pair, crv, isNewer)

    test('sender and recipient agree on the same secret, a new one each time', async () => {
      const [one, two] = [send?.(), send?.()]
      const epk: EphemeralKey = one?.epk ?? {}
      expect(epk).toEqual({ kty: 'EC', crv, x: expect.any(String), y: expect.any(String) })
      const [x, y] = [String(epk.x), String(epk.y)]
      const ephemeral = createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' })
      expect(one?.secret).toEqual(diffieHellman({ privateKey: pair.privateKey, publicKey: ephemeral }))
      expect(await receive?.(epk)).toEqual(one?.secret)
      expect(two?.secret).not.toEqual(one?.secret)
    })

    test('a point that is not on the curve is rejected', async () => {
      const epk: EphemeralKey = send?.().epk ?? {}
      const { x, y } = epk
      const received = async (given: EphemeralKey) => receive?.(given)
      await expect(received(epk)).resolves.toBeDefined()
      for (const other of curves.filter((name) => name !== crv)) {
        await expect(received({ ...epk, crv: other }), 'by its own account').rejects.toThrow(/^wrong curve$/)
        await expect(
          received({ ...pairOn(other).publicKey.export({ format: 'jwk' }), crv }),
        ).rejects.toThrow()
      }
      await expect(received({ crv, x, y: changed(y) })).rejects.toThrow()
      await expect(received({ crv, x: y, y: x })).rejects.toThrow()
      await expect(received({ crv, x })).rejects.toThrow(/^not base64url$/)
    })

    test('half of a pair supports only its own side', async () => {
      const { publicKey, privateKey } = pair
      const sender = ecAgreement({ publicKey, privateKey: undefined }, crv, isNewer)
      const recipient = ecAgreement({ publicKey: undefined, privateKey }, crv, isNewer)
      expect([sender.receive, recipient.send]).toEqual([undefined, undefined])
      const { epk, secret } = sender.send?.() ?? {}
      expect(await recipient.receive?.({ ...epk })).toEqual(secret)
    })
  })
})

/** @see issue 10, A.10: anyone with the public key can request one agreement per token. */
test.each([
  { crv: 'P-256', isOnTheSpot: true },
  { crv: 'P-384', isOnTheSpot: false },
  { crv: 'P-521', isOnTheSpot: false },
] as const)('agreement on $crv holds the event loop: $isOnTheSpot', ({ crv, isOnTheSpot }) => {
  const { send, receive } = ecAgreement(pairOn(crv), crv)
  const agreed = receive?.({ ...send?.().epk })
  expect(agreed instanceof Promise).toBe(!isOnTheSpot)
})
