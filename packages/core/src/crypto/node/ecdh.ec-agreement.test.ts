import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type EphemeralKey, ecAgreement } from './ecdh.js'

const curves = ['P-256', 'P-384', 'P-521'] as const
const pairOn = (namedCurve: (typeof curves)[number]): KeyPairKeyObjectResult =>
  generateKeyPairSync('ec', { namedCurve })

/** A number with one digit changed, which takes a point off its curve. */
const changed = (text: unknown): string => String(text).replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))

/** On releases before Node 22 the one is taken, on later ones the other; both are there on each. */
describe.each([
  { title: 'with points', isNewer: false },
  { title: 'with key objects', isNewer: true },
])('$title', ({ isNewer }) => {
  describe.each(curves)('on %s', (crv) => {
    const pair = pairOn(crv)
    const { send, receive } = ecAgreement(pair, crv, isNewer)

    test('the sender has the secret that the recipient has, a new one each time', () => {
      const [one, two] = [send?.(), send?.()]
      const epk: EphemeralKey = one?.epk ?? {}
      expect(epk).toEqual({ kty: 'EC', crv, x: expect.any(String), y: expect.any(String) })
      const [x, y] = [String(epk.x), String(epk.y)]
      const ephemeral = createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' })
      expect(one?.secret).toEqual(diffieHellman({ privateKey: pair.privateKey, publicKey: ephemeral }))
      expect(receive?.(epk)).toEqual(one?.secret)
      expect(two?.secret).not.toEqual(one?.secret)
    })

    test('what is no point of this curve is refused', () => {
      const epk: EphemeralKey = send?.().epk ?? {}
      const { x, y } = epk
      expect(() => receive?.(epk)).not.toThrow()
      for (const other of curves.filter((name) => name !== crv)) {
        expect(() => receive?.({ ...epk, crv: other }), 'by its own account').toThrow(/^another curve$/)
        expect(() => receive?.({ ...pairOn(other).publicKey.export({ format: 'jwk' }), crv })).toThrow()
      }
      expect(() => receive?.({ crv, x, y: changed(y) })).toThrow()
      expect(() => receive?.({ crv, x: y, y: x })).toThrow()
      expect(() => receive?.({ crv, x })).toThrow(/^not base64url$/)
    })

    test('a half of the pair does the half of it', () => {
      const { publicKey, privateKey } = pair
      const sender = ecAgreement({ publicKey, privateKey: undefined }, crv, isNewer)
      const recipient = ecAgreement({ publicKey: undefined, privateKey }, crv, isNewer)
      expect([sender.receive, recipient.send]).toEqual([undefined, undefined])
      const { epk, secret } = sender.send?.() ?? {}
      expect(recipient.receive?.({ ...epk })).toEqual(secret)
    })
  })
})
