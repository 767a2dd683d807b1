import { base64url, CompactEncrypt } from 'jose'
import type { Keys } from '../keys.js'
import { type Change, changed, claimsOf } from './claims.js'

/** How an encrypted token differs from the good one. */
export interface EnvelopeChange {
  readonly claims?: Change
  /** What is inside, in the place of the claims. */
  readonly plaintext?: string | Uint8Array
  readonly header?: Change
  /** Written as it is, in the place of the header. */
  readonly headerText?: string
}

/** Seals under a shared secret (`dir`, A256GCM), by hand, so that the header can say anything. */
export async function sealed(
  keys: Keys,
  change: EnvelopeChange & { readonly key?: 'direct' | 'attackersDirect' } = {},
): Promise<string> {
  const secret = keys[change.key ?? 'direct']
  const header = changed({ alg: 'dir', enc: 'A256GCM', kid: secret.kid, typ: 'at+jwt' }, change.header)
  const protectedSegment = base64url.encode(change.headerText ?? JSON.stringify(header))
  const key = await crypto.subtle.importKey('raw', secret.bytes, 'AES-GCM', false, ['encrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const additionalData = new TextEncoder().encode(protectedSegment)
  const plaintext = Uint8Array.from(plaintextOf(change))
  const output = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plaintext),
  )
  const tagAt = output.length - 16
  const segments = [iv, output.subarray(0, tagAt), output.subarray(tagAt)].map((bytes) =>
    base64url.encode(bytes),
  )
  return [protectedSegment, '', ...segments].join('.')
}

/** Encrypts claims under a wrapped key (A256KW, A256GCM). */
export function wrapped(keys: Keys, change: EnvelopeChange = {}): Promise<string> {
  const { kid, bytes } = keys.wrapping
  const header = { alg: 'A256KW', enc: 'A256GCM', kid, typ: 'at+jwt' }
  return encryption(bytes, header, change)
}

/** Encrypts anything to the holder of a private key; anyone can. */
export function addressed(
  keys: Keys,
  recipient: 'agreement' | 'rsa' | 'attackersRsa',
  change: EnvelopeChange = {},
): Promise<string> {
  const { kid, publicKey } = keys[recipient]
  const alg = recipient === 'agreement' ? 'ECDH-ES' : 'RSA-OAEP-256'
  return encryption(publicKey, { alg, enc: 'A256GCM', kid, cty: 'JWT' }, change)
}

function encryption(
  key: Parameters<CompactEncrypt['encrypt']>[0],
  header: Change & { readonly alg: string; readonly enc: string },
  change: EnvelopeChange,
): Promise<string> {
  return new CompactEncrypt(plaintextOf(change))
    .setProtectedHeader({ ...header, ...change.header })
    .encrypt(key)
}

function plaintextOf({ plaintext, claims }: EnvelopeChange): Uint8Array {
  if (plaintext instanceof Uint8Array) return plaintext
  return new TextEncoder().encode(plaintext ?? JSON.stringify(claimsOf(claims)))
}
