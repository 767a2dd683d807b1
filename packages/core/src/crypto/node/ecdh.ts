import { Buffer } from 'node:buffer'
import {
  createECDH,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  webcrypto,
} from 'node:crypto'
import type { MaybePromise } from '../../maybe-promise.js'
import { coordinateBytes } from '../algorithms.js'
import { checkedBytes, encodeBase64url } from './bytes.js'
import { importPublicKey, type KeyPair, pointOf } from './key-pair.js'
import { isNode22OrLater } from './runtime.js'

/** Members of an `epk` whose types and lengths have been checked. */
export interface EphemeralKey {
  readonly crv?: unknown
  readonly x?: unknown
  readonly y?: unknown
}

/** Both sides of a key agreement with an ephemeral key (RFC 7518 §4.6). */
export interface Agreement {
  /** Generates an ephemeral key and agrees on a secret with the recipient. */
  readonly send: (() => { readonly epk: object; readonly secret: Buffer }) | undefined
  /** Agrees on a secret with the sender of an `epk`. Throws for another curve, or a point not on it. */
  readonly receive: ((epk: EphemeralKey) => MaybePromise<Buffer>) | undefined
}

/** A fresh key pair whose public key is already encoded as an `epk`. */
interface EphemeralPair {
  readonly publicKey: EphemeralKey
  readonly privateKey: KeyObject
}

/**
 * Generates an ephemeral key. The public key is encoded by the generation itself: on Node 20, exporting a fresh
 * key as a JWK in a separate step hangs the process permanently, about once in a thousand times.
 */
function generateEphemeral(type: 'x25519'): EphemeralPair
function generateEphemeral(type: 'ec', namedCurve: string): EphemeralPair
function generateEphemeral(type: 'x25519' | 'ec', namedCurve?: string): EphemeralPair {
  // Node's types lack this encoding (Node 15.12 and later), and a pair with only one encoded key.
  const generate = generateKeyPairSync as unknown as (type: string, options: object) => EphemeralPair
  return generate(type, { publicKeyEncoding: { format: 'jwk' }, ...(namedCurve && { namedCurve }) })
}

type EcCurve = 'P-256' | 'P-384' | 'P-521'

const curveNames: Readonly<Record<EcCurve, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
}

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

/** Imports by DER, which is slightly faster than by JWK; points not on the curve are rejected. */
function receiveWithKeyObjects(privateKey: KeyObject, crv: EcCurve): (epk: EphemeralKey) => Buffer {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const prefix = spki.subarray(0, spki.length - 2 * coordinateBytes[crv] - 1)
  return (epk) => {
    if (epk.crv !== crv) throw new Error('wrong curve')
    const key = Buffer.concat([prefix, pointOf(epk)])
    const publicKey = importPublicKey({ key, format: 'der', type: 'spki' })
    return diffieHellman({ privateKey, publicKey })
  }
}

function receiveWithPoints(privateKey: KeyObject, crv: EcCurve): (epk: EphemeralKey) => Buffer {
  const own = createECDH(curveNames[crv])
  own.setPrivateKey(checkedBytes(privateKey.export({ format: 'jwk' }).d))
  return (epk) => {
    if (epk.crv !== crv) throw new Error('wrong curve')
    // A raw point, because importing it as a JWK first doubles the cost; points not on the curve are rejected here.
    return own.computeSecret(pointOf(epk))
  }
}

/**
 * One agreement on P-384 or P-521 takes milliseconds, and anyone with the public key can request it. These
 * therefore run on the thread pool, which only WebCrypto reaches on every release. If the runtime cannot import
 * the key there, the agreement runs synchronously.
 */
function receiveOnThePool(
  privateKey: KeyObject,
  crv: EcCurve,
  synchronous: (epk: EphemeralKey) => Buffer,
): (epk: EphemeralKey) => Promise<Buffer> {
  const algorithm = { name: 'ECDH', namedCurve: crv }
  let imported: Promise<webcrypto.CryptoKey | undefined> | undefined
  const own = (): Promise<webcrypto.CryptoKey | undefined> => {
    imported ??= webcrypto.subtle
      .importKey('jwk', privateKey.export({ format: 'jwk' }), algorithm, false, ['deriveBits'])
      .catch(() => undefined)
    return imported
  }
  return async (epk) => {
    if (epk.crv !== crv) throw new Error('wrong curve')
    const point = pointOf(epk)
    const key = await own()
    if (key === undefined) return synchronous(epk)
    const sender = await webcrypto.subtle.importKey('raw', point, algorithm, false, [])
    const bits = coordinateBytes[crv] * 8
    return Buffer.from(await webcrypto.subtle.deriveBits({ name: 'ECDH', public: sender }, key, bits))
  }
}

/**
 * Agreement on the NIST curves (RFC 7518 §4.6).
 *
 * @param isNewer Selects the faster implementation for the release; both agree on the same secrets.
 */
export function ecAgreement(
  { publicKey, privateKey }: KeyPair,
  crv: EcCurve,
  isNewer: boolean = isNode22OrLater,
): Agreement {
  const sendWith = isNewer ? sendWithKeyObjects : sendWithPoints
  const receiveWith = isNewer ? receiveWithKeyObjects : receiveWithPoints
  const receive = privateKey && receiveWith(privateKey, crv)
  const isQuick = crv === 'P-256'
  return {
    send: publicKey && sendWith(publicKey, crv),
    receive: privateKey && receive && !isQuick ? receiveOnThePool(privateKey, crv, receive) : receive,
  }
}

/** Agreement on X25519 (RFC 8037 §3.2). OpenSSL rejects points of low order, whose secret is all zeros. */
export function x25519Agreement({ publicKey, privateKey }: KeyPair): Agreement {
  return {
    send:
      publicKey &&
      (() => {
        const ephemeral = generateEphemeral('x25519')
        const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
        return { epk: ephemeral.publicKey, secret }
      }),
    receive:
      privateKey &&
      (({ crv, x }) => {
        if (crv !== 'X25519' || typeof x !== 'string') throw new Error('wrong curve')
        const sender = importPublicKey({ key: { kty: 'OKP', crv, x }, format: 'jwk' })
        return diffieHellman({ privateKey, publicKey: sender })
      }),
  }
}
