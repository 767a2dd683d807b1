import { createCipheriv, createHash, diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto'
import { importKey, type Key, type KeyManagementAlgorithm } from '@sealbearer/core'
import { decryptJwe } from '@sealbearer/core/jose'
import { cekBytes, type Enc, type Parts, sealByHand, spoil, wrap, write } from './seal-by-hand.js'
import type { TimingPair } from './timing-pair.js'

const rounds = { node: 40_000, web: 6_000 }

/** Makes the parts of a good JWE; the CEK can have another length, the padding be wrong. */
export type Seal = (change?: { readonly cekBytes?: number; readonly badPadding?: boolean }) => Parts

/** A key, and tokens encrypted to it. */
interface Recipient {
  readonly alg: KeyManagementAlgorithm
  readonly enc: Enc
  create(): Promise<{ readonly key: Key; readonly seal: Seal }>
}

/** A way to fail: what becomes of a good JWE. */
interface Failure {
  readonly title: string
  make(seal: Seal): Parts
}

const wrongTag: Failure = {
  title: 'tag wrong',
  make: (seal) => withTag(seal(), 'first'),
}
const withTag = (parts: Parts, at: 'first' | 'last'): Parts => ({ ...parts, tag: spoil(parts.tag, at) })

const tagWrongAt = (at: 'first' | 'last'): Failure => ({
  title: `${at} byte of the tag wrong`,
  make: (seal) => withTag(seal(), at),
})

const wrongEncryptedKey: Failure = {
  title: 'encrypted key does not unwrap',
  make(seal) {
    const parts = seal()
    return { ...parts, encryptedKey: spoil(parts.encryptedKey, 'last') }
  },
}

const shortCek = { cekBytes: 16 }
const shortKey: Failure = { title: 'unwraps to a CEK too short', make: (seal) => seal(shortCek) }
const shortWrongKey: Failure = {
  title: 'a short encrypted key does not unwrap',
  make(seal) {
    const parts = seal(shortCek)
    return { ...parts, encryptedKey: spoil(parts.encryptedKey, 'last') }
  },
}

const wrongPadding: Failure = {
  title: 'padding wrong under a right tag',
  make: (seal) => seal({ badPadding: true }),
}
const wrongPaddingAndTag: Failure = {
  title: 'padding wrong, tag wrong',
  make: (seal) => withTag(seal({ badPadding: true }), 'first'),
}

const keyWrap = (enc: Enc): Recipient => ({
  alg: 'A256KW',
  enc,
  async create() {
    const secret = randomBytes(32)
    return {
      key: await importKey(secret, { alg: 'A256KW' }),
      seal({ cekBytes: bytes = cekBytes[enc], badPadding } = {}) {
        const cek = randomBytes(bytes)
        // A CEK of the wrong length encrypts nothing: what it leads to has to fail before.
        const content = bytes === cekBytes[enc] ? cek : randomBytes(cekBytes[enc])
        return sealByHand({ alg: 'A256KW', enc }, content, wrap(secret, cek), badPadding)
      },
    }
  },
})

const gcmKeyWrap: Recipient = {
  alg: 'A256GCMKW',
  enc: 'A256GCM',
  async create() {
    const secret = randomBytes(32)
    return {
      key: await importKey(secret, { alg: 'A256GCMKW' }),
      seal({ cekBytes: bytes = 32 } = {}) {
        const cek = randomBytes(bytes)
        const iv = randomBytes(12)
        const cipher = createCipheriv('aes-256-gcm', secret, iv)
        const encryptedKey = Buffer.concat([cipher.update(cek), cipher.final()])
        const parameters = { iv: iv.toString('base64url'), tag: cipher.getAuthTag().toString('base64url') }
        const header = { alg: 'A256GCMKW', enc: 'A256GCM', ...parameters } as const
        return sealByHand(header, bytes === 32 ? cek : randomBytes(32), encryptedKey)
      },
    }
  },
}

/** A wrapping key that each sender agrees on anew. The tokens of a pair have one sender, and so one header. */
const agreement: Recipient = {
  alg: 'ECDH-ES+A256KW',
  enc: 'A256GCM',
  async create() {
    const recipient = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const sender = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { kty, crv, x, y } = sender.publicKey.export({ format: 'jwk' })
    const header = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM', epk: { kty, crv, x, y } } as const
    const agreed = derive(
      diffieHellman({ privateKey: sender.privateKey, publicKey: recipient.publicKey }),
      header.alg,
    )
    return {
      key: await importKey(recipient.privateKey, { alg: header.alg }),
      seal() {
        const cek = randomBytes(32)
        return sealByHand(header, cek, wrap(agreed, cek))
      },
    }
  },
}

/** One round of the Concat KDF, without party info (RFC 7518 §4.6.2). */
function derive(secret: Uint8Array, alg: string): Uint8Array {
  const uint32 = (value: number): Buffer => Buffer.from(value.toString(16).padStart(8, '0'), 'hex')
  const info = [uint32(alg.length), Buffer.from(alg), uint32(0), uint32(0), uint32(256)]
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), secret, ...info]))
    .digest()
}

const direct = (enc: Enc): Recipient => ({
  alg: 'dir',
  enc,
  async create() {
    const secret = randomBytes(cekBytes[enc])
    return {
      key: await importKey(secret, { alg: 'dir', enc }),
      seal: ({ badPadding } = {}) => sealByHand({ alg: 'dir', enc }, secret, new Uint8Array(), badPadding),
    }
  },
})

function encryptedPair({ alg, enc, create }: Recipient, one: Failure, other: Failure): TimingPair {
  return {
    title: `${alg}, ${enc}`,
    one: one.title,
    other: other.title,
    rounds,
    isEncrypted: true,
    expected: 'equal',
    async prepare() {
      const { key, seal } = await create()
      const options = { keyManagement: [alg], contentEncryption: [enc], keys: key }
      // Opened once, so that the header is remembered where it can be.
      await decryptJwe(write(seal()), options)
      return {
        one: () => write(one.make(seal)),
        other: () => write(other.make(seal)),
        attempt: (token) => decryptJwe(token, options),
      }
    },
  }
}

export const encryptedPairs: readonly TimingPair[] = [
  encryptedPair(direct('A256GCM'), tagWrongAt('first'), tagWrongAt('last')),
  encryptedPair(direct('A128CBC-HS256'), tagWrongAt('first'), tagWrongAt('last')),
  encryptedPair(direct('A128CBC-HS256'), wrongTag, wrongPaddingAndTag),
  encryptedPair(direct('A128CBC-HS256'), wrongTag, wrongPadding),
  encryptedPair(keyWrap('A256GCM'), wrongEncryptedKey, wrongTag),
  encryptedPair(keyWrap('A256GCM'), shortWrongKey, shortKey),
  encryptedPair(keyWrap('A128CBC-HS256'), wrongEncryptedKey, wrongTag),
  encryptedPair(keyWrap('A128CBC-HS256'), wrongEncryptedKey, wrongPadding),
  encryptedPair(gcmKeyWrap, wrongEncryptedKey, wrongTag),
  encryptedPair(gcmKeyWrap, shortWrongKey, shortKey),
  encryptedPair(agreement, wrongEncryptedKey, wrongTag),
]
