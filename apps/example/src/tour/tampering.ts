import type { TokenForm } from '@sealbearer/core'
import { decryptJwe } from '@sealbearer/core/jose'
import type { ExampleKeys } from '../keys.js'

/** The length does not change, and both are valid claims: only the integrity check can detect it. */
const rewriteRole = (claims: string): string => replaceOnce(claims, '"roles":["user"]', '"roles":"admin" ')

/**
 * Rewrites the role in a token, without the key.
 *
 * AES-GCM encrypts like a stream cipher: whoever guesses the plaintext can change every bit of it without
 * the key, and only the authentication tag reveals it. The tour decrypts where an attacker would guess.
 */
export async function withRoleRewritten(form: TokenForm, token: string, keys: ExampleKeys): Promise<string> {
  if (form === 'signed') return rewriteSigned(token)
  const { plaintext } = await decryptJwe(token, {
    keyManagement: ['dir', 'RSA-OAEP-256'],
    contentEncryption: ['A256GCM'],
    keys: [keys.shared, keys.recipient],
  })
  const content = Buffer.from(plaintext).toString()
  return rewriteCiphertext(token, content, form === 'nested' ? rewriteSigned(content) : rewriteRole(content))
}

/** Replaces the algorithm in the header with `none`. */
export function withAlgNone(token: string): string {
  return replaceSegment(token, 0, (segment) => {
    const header = Buffer.from(segment, 'base64url').toString()
    return Buffer.from(header.replace(/"alg":"[^"]*"/, '"alg":"none"')).toString('base64url')
  })
}

function rewriteSigned(jws: string): string {
  return replaceSegment(jws, 1, (segment) => {
    const claims = Buffer.from(segment, 'base64url').toString()
    return Buffer.from(rewriteRole(claims)).toString('base64url')
  })
}

function rewriteCiphertext(jwe: string, before: string, after: string): string {
  const [from, to] = [Buffer.from(before), Buffer.from(after)]
  return replaceSegment(jwe, 3, (segment) =>
    Buffer.from(
      Buffer.from(segment, 'base64url').map((byte, at) => byte ^ (from[at] ?? 0) ^ (to[at] ?? 0)),
    ).toString('base64url'),
  )
}

const replaceSegment = (token: string, index: number, replace: (segment: string) => string): string =>
  token
    .split('.')
    .map((segment, at) => (at === index ? replace(segment) : segment))
    .join('.')

function replaceOnce(text: string, before: string, after: string): string {
  if (!text.includes(before)) throw new Error('the token does not contain the text to rewrite')
  return text.replace(before, after)
}
