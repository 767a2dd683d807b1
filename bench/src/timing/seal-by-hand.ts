import { createCipheriv, createHmac, randomBytes } from 'node:crypto'

/** The parts of a JWE, to be spoilt one by one before they are written down. */
export interface Parts {
  readonly header: string
  readonly encryptedKey: Uint8Array
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}

/** Content encryption algorithms of the pairs, by the bytes of their CEK. */
export const cekBytes = { A256GCM: 32, 'A128CBC-HS256': 32 } as const

export type Enc = keyof typeof cekBytes

/** Writes a JWE in Compact Serialization, as a flat string like those that a parser cuts out of a request. */
export function write({ header, encryptedKey, iv, ciphertext, tag }: Parts): string {
  const segments = [encryptedKey, iv, ciphertext, tag].map((bytes) =>
    Buffer.from(bytes).toString('base64url'),
  )
  return Buffer.from([header, ...segments].join('.'), 'latin1').toString('latin1')
}

/** Turns over one bit. */
export function spoil(bytes: Uint8Array, at: 'first' | 'last'): Uint8Array {
  const index = at === 'first' ? 0 : bytes.length - 1
  return bytes.map((byte, i) => (i === index ? byte ^ 1 : byte))
}

/** Wraps with AES Key Wrap (RFC 3394). */
export const wrap = (key: Uint8Array, cek: Uint8Array): Uint8Array =>
  createCipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6)).update(cek)

export const headerSegment = (header: object): string =>
  Buffer.from(JSON.stringify(header)).toString('base64url')

/**
 * Encrypts random bytes; with `badPadding`, such that they end in bytes that are no padding, under a tag
 * that is right.
 */
export function sealByHand(
  header: { readonly alg: string; readonly enc: Enc },
  cek: Uint8Array,
  encryptedKey: Uint8Array,
  badPadding = false,
): Parts {
  const segment = headerSegment(header)
  const sealed =
    header.enc === 'A256GCM' ? gcm(segment, cek, randomBytes(200)) : cbcHmac(segment, cek, badPadding)
  return { header: segment, encryptedKey, ...sealed }
}

function gcm(aad: string, cek: Uint8Array, plaintext: Uint8Array): Pick<Parts, 'iv' | 'ciphertext' | 'tag'> {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', cek, iv)
  cipher.setAAD(Buffer.from(aad, 'latin1'))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { iv, ciphertext, tag: cipher.getAuthTag() }
}

/** RFC 7518 §5.2.3. The padding is written by hand: 8 bytes of 8, or of 0, which is none. */
function cbcHmac(
  aad: string,
  cek: Uint8Array,
  badPadding: boolean,
): Pick<Parts, 'iv' | 'ciphertext' | 'tag'> {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', cek.subarray(16), iv).setAutoPadding(false)
  const padded = Buffer.concat([randomBytes(200), Buffer.alloc(8, badPadding ? 0 : 8)])
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final()])
  const length = Buffer.alloc(8)
  length.writeUInt32BE(aad.length * 8, 4)
  const hmac = createHmac('sha256', cek.subarray(0, 16))
  const tag = hmac.update(aad, 'latin1').update(iv).update(ciphertext).update(length).digest()
  return { iv, ciphertext, tag: tag.subarray(0, 16) }
}
