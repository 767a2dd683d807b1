import { signatureAlgorithms } from '@sealbearer/core/internal'

/** Secrets of tutorials, documentation and placeholders, which attackers try first. */
const wellKnown = [
  'secret',
  'Secret',
  'SECRET',
  'mysecret',
  'my-secret',
  'my_secret',
  'topsecret',
  'supersecret',
  'super-secret',
  'secretkey',
  'secret-key',
  'secret_key',
  'your-secret',
  'your_secret',
  'your-secret-key',
  'your_jwt_secret',
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'a-string-secret-at-least-256-bits-long',
  'jwtsecret',
  'jwt-secret',
  'jwt_secret',
  'JWT_SECRET',
  'shhhhh',
  'keyboard cat',
  'changeme',
  'change-me',
  'password',
  'password123',
  '123456',
  'qwerty',
  'admin',
  'test',
  'dev',
  'key',
  'token',
  'AllYourBase',
  'gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr9C',
]

const base64urlBytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )

/** Whether a token is signed with a secret of any length: core's own verification rejects short ones. */
export async function isSignedBy(
  token: string,
  alg: unknown,
  secret: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const hash = typeof alg === 'string' && /^HS(256|384|512)$/.exec(alg)?.[1]
  if (!hash || secret.length === 0) return false
  const end = token.lastIndexOf('.')
  try {
    const algorithm = { name: 'HMAC', hash: `SHA-${hash}` }
    const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['verify'])
    const signature = base64urlBytes(token.slice(end + 1))
    return await crypto.subtle.verify('HMAC', key, signature, new TextEncoder().encode(token.slice(0, end)))
  } catch {
    // A signature that is not base64url.
    return false
  }
}

/** Whether a token is signed with a well-known secret. */
export async function isSignedByWellKnown(token: string, alg: unknown): Promise<boolean> {
  const encoder = new TextEncoder()
  const found = await Promise.all(wellKnown.map((secret) => isSignedBy(token, alg, encoder.encode(secret))))
  return found.includes(true)
}

/** Returns why a secret is too weak for an algorithm; `undefined` if it does not look weak. */
export function weaknessOf(secret: Uint8Array, alg: unknown): string | undefined {
  const row = Object.entries(signatureAlgorithms).find(([name]) => name === alg)?.[1]
  const minBytes = row?.minSecretBytes
  if (minBytes === undefined) return undefined
  if (secret.length < minBytes) {
    return `the secret has ${secret.length} bytes; RFC 7518 §3.2 asks for ${minBytes} or more`
  }
  const isWords = secret.every((byte) => byte >= 0x20 && byte < 0x7f) && new Set(secret).size < 12
  return isWords ? 'the secret has few different characters and can be guessed' : undefined
}
