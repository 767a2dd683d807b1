import { constants, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto'
import { importKey } from '@sealbearer/core'
import { decryptJwe } from '@sealbearer/core/jose'
import { sealByHand, spoil, write } from './seal-by-hand.js'
import type { TimingPair } from './timing-pair.js'

const alg = 'RSA-OAEP-256' as const
const header = { alg, enc: 'A256GCM' } as const

interface Recipient {
  /** Encrypts under the public key as RFC 8017 §7.1 says. */
  oaep(cek: Uint8Array): Uint8Array
  /** The same without padding: bytes that stand for a number below the modulus. */
  bare(encoded: Uint8Array): Uint8Array
}

interface Failure {
  readonly title: string
  make(recipient: Recipient): string
}

/** A good JWE but for its encrypted key. */
const withEncryptedKey = (encryptedKey: Uint8Array): string =>
  write(sealByHand(header, randomBytes(32), encryptedKey))

const wrongTag: Failure = {
  title: 'tag wrong',
  make({ oaep }) {
    const cek = randomBytes(32)
    const parts = sealByHand(header, cek, oaep(cek))
    return write({ ...parts, tag: spoil(parts.tag, 'first') })
  },
}
const shortCek: Failure = {
  title: 'a CEK too short under a right padding',
  make: ({ oaep }) => withEncryptedKey(oaep(randomBytes(16))),
}
/** What Manger's attack tells apart: whether the number is below 2^(8·255). */
const paddingBeginning = (first: 0 | 1): Failure => ({
  title: first === 0 ? 'padding wrong behind its first byte' : 'padding wrong from its first byte on',
  make: ({ bare }) => withEncryptedKey(bare(Uint8Array.of(first, ...randomBytes(255)))),
})

function rsaPair(one: Failure, other: Failure): TimingPair {
  return {
    title: `${alg}, A256GCM`,
    one: one.title,
    other: other.title,
    rounds: { node: 6_000, web: 2_000 },
    isEncrypted: true,
    expected: 'equal',
    async prepare() {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const recipient: Recipient = {
        oaep: (cek) =>
          publicEncrypt(
            { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
            cek,
          ),
        bare: (encoded) => publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, encoded),
      }
      const keys = await importKey(privateKey, { alg })
      const options = { keyManagement: [alg], contentEncryption: [header.enc], keys }
      return {
        one: () => one.make(recipient),
        other: () => other.make(recipient),
        attempt: (token) => decryptJwe(token, options),
      }
    },
  }
}

export const rsaPairs: readonly TimingPair[] = [
  rsaPair(paddingBeginning(0), paddingBeginning(1)),
  rsaPair(paddingBeginning(0), shortCek),
  rsaPair(paddingBeginning(0), wrongTag),
]
