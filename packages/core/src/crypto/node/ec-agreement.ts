import { Buffer } from 'node:buffer'
import { createECDH, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { coordinateBytes } from '../algorithms.js'
import type { Agreement, EphemeralKey } from './agreement.js'
import { checkedOctets, encodeBase64url } from './codec.js'
import { generateEphemeral } from './ephemeral-key.js'
import type { KeyPair } from './key-pair.js'
import { isNode22OrLater } from './release.js'

type EcCurve = 'P-256' | 'P-384' | 'P-521'

const curveNames: Readonly<Record<EcCurve, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
}

/** SEC 1 §2.3.3: what an uncompressed point begins with. */
const uncompressed = Buffer.from([4])

const pointOf = ({ x, y }: EphemeralKey): Buffer =>
  Buffer.concat([uncompressed, checkedOctets(x), checkedOctets(y)])

function sendWithKeyObjects(publicKey: KeyObject, crv: EcCurve): Agreement['send'] {
  return () => {
    const ephemeral = generateEphemeral('ec', curveNames[crv])
    const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
    return { epk: ephemeral.publicKey, secret }
  }
}

function sendWithPoints(publicKey: KeyObject, crv: EcCurve): Agreement['send'] {
  const recipient = pointOf(publicKey.export({ format: 'jwk' }))
  const middle = 1 + coordinateBytes[crv]
  return () => {
    const ephemeral = createECDH(curveNames[crv])
    const point = ephemeral.generateKeys()
    const x = encodeBase64url(point.subarray(1, middle))
    const y = encodeBase64url(point.subarray(middle))
    return { epk: { kty: 'EC', crv, x, y }, secret: ephemeral.computeSecret(recipient) }
  }
}

/** The import is by DER, which takes a little less than by JWK; it refuses a point off the curve. */
function receiveWithKeyObjects(privateKey: KeyObject, crv: EcCurve): Agreement['receive'] {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const prefix = spki.subarray(0, spki.length - 2 * coordinateBytes[crv] - 1)
  return (epk) => {
    if (epk.crv !== crv) throw new Error('another curve')
    const key = Buffer.concat([prefix, pointOf(epk)])
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' })
    return diffieHellman({ privateKey, publicKey })
  }
}

function receiveWithPoints(privateKey: KeyObject, crv: EcCurve): Agreement['receive'] {
  const own = createECDH(curveNames[crv])
  own.setPrivateKey(checkedOctets(privateKey.export({ format: 'jwk' }).d))
  return (epk) => {
    if (epk.crv !== crv) throw new Error('another curve')
    // A raw point, since importing it as a JWK first costs as much again; one off the curve is refused here.
    return own.computeSecret(pointOf(epk))
  }
}

/**
 * Agreement on the NIST curves (RFC 7518 §4.6).
 *
 * @param isNewer Chooses what is quicker on such a release; both ways agree on the same secrets on each.
 */
export function ecAgreement(
  { publicKey, privateKey }: KeyPair,
  crv: EcCurve,
  isNewer: boolean = isNode22OrLater,
): Agreement {
  const sendWith = isNewer ? sendWithKeyObjects : sendWithPoints
  const receiveWith = isNewer ? receiveWithKeyObjects : receiveWithPoints
  return {
    send: publicKey && sendWith(publicKey, crv),
    receive: privateKey && receiveWith(privateKey, crv),
  }
}
