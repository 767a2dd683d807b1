import { type CipherGCMTypes, createCipheriv, createHmac, randomBytes } from 'node:crypto'

/** A literal text, bytes, or a value to serialize as JSON. */
export type Content = string | Uint8Array | object

const bytesOf = (content: Content): Uint8Array =>
  content instanceof Uint8Array
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))

/** Encodes a segment. */
export const segment = (content: Content): string => Buffer.from(bytesOf(content)).toString('base64url')

/** Signs any header and payload with HMAC-SHA-256, without checks. */
export function handSign(header: Content, payload: Content, secret: Uint8Array): string {
  const input = `${segment(header)}.${segment(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** Overrides for parts of an encrypted token. */
interface SealOptions {
  /** The second segment. @default empty, as with `dir` */
  readonly encryptedKey?: Uint8Array | string
  readonly iv?: Uint8Array
}

/** Encrypts any input with AES GCM under a CEK, without checking the header. */
export function handSeal(
  header: Content,
  plaintext: Content,
  cek: Uint8Array,
  { encryptedKey = '', iv = randomBytes(12) }: SealOptions = {},
): string {
  const protectedSegment = segment(header)
  // The runtime rejects a CEK of an invalid AES length.
  const cipher = createCipheriv(`aes-${cek.length * 8}-gcm` as CipherGCMTypes, cek, iv)
  cipher.setAAD(Buffer.from(protectedSegment))
  const ciphertext = Buffer.concat([cipher.update(bytesOf(plaintext)), cipher.final()])
  return [protectedSegment, encryptedKey, iv, ciphertext, cipher.getAuthTag()]
    .map((part) => (typeof part === 'string' ? part : segment(part)))
    .join('.')
}

/** Changes one segment of a token. */
export function withSegment(token: string, index: number, change: (segment: string) => string): string {
  return token
    .split('.')
    .map((text, i) => (i === index ? change(text) : text))
    .join('.')
}

/** Changes the JSON in one segment of a token. */
export const withJson = (token: string, index: number, members: object): string =>
  withSegment(token, index, (text) =>
    segment({ ...JSON.parse(Buffer.from(text, 'base64url').toString()), ...members }),
  )

/** Reads the JSON of one segment of a token. */
export const jsonOf = (token: string, index: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString())
