import type { TokenForm } from '@sealbearer/core'
import { decryptJwe } from '@sealbearer/core/jose'
import type { ExampleKeys } from '../keys.js'

/** The same length before and after, and both are what a policy could take: only the seal can tell. */
const rewriteRole = (claims: string): string => replaceOnce(claims, '"roles":["user"]', '"roles":"admin" ')

/**
 * Rewrites the role in a token whose seal was made for another.
 *
 * AES-GCM encrypts like a stream cipher: who guesses the plaintext can change every bit of it without
 * the key, and only the authentication tag gives it away. The tour looks inside where an attacker would guess.
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

/** Puts `none` where the token says how it is protected. */
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
  if (!text.includes(before)) throw new Error('the token does not say what the tour wants to rewrite')
  return text.replace(before, after)
}
