import { type CipherGCMTypes, createCipheriv, createHmac, randomBytes } from 'node:crypto'

/** Text as it stands, bytes, or a value to be written as JSON. */
export type Content = string | Uint8Array | object

const bytesOf = (content: Content): Uint8Array =>
  content instanceof Uint8Array
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))

/** Encodes a segment. */
export const segment = (content: Content): string => Buffer.from(bytesOf(content)).toString('base64url')

/** Signs whatever is in the header and the payload with HMAC-SHA-256, without a look at either. */
export function handSign(header: Content, payload: Content, secret: Uint8Array): string {
  const input = `${segment(header)}.${segment(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** What a sealed token can have instead of what it should have. */
interface SealOptions {
  /** What stands in the second segment. @default nothing, as with `dir` */
  readonly encryptedKey?: Uint8Array | string
  readonly iv?: Uint8Array
}

/** Seals whatever it gets with AES GCM under a CEK, without a look at the header. */
export function handSeal(
  header: Content,
  plaintext: Content,
  cek: Uint8Array,
  { encryptedKey = '', iv = randomBytes(12) }: SealOptions = {},
): string {
  const protectedSegment = segment(header)
  // A CEK of a length that AES has not is refused by the runtime.
  const cipher = createCipheriv(`aes-${cek.length * 8}-gcm` as CipherGCMTypes, cek, iv)
  cipher.setAAD(Buffer.from(protectedSegment))
  const ciphertext = Buffer.concat([cipher.update(bytesOf(plaintext)), cipher.final()])
  return [protectedSegment, encryptedKey, iv, ciphertext, cipher.getAuthTag()]
    .map((part) => (typeof part === 'string' ? part : segment(part)))
    .join('.')
}

/** Changes one segment of a token and leaves the rest. */
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
