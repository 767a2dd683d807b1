import {
  type Algorithm,
  type ContentEncryptionAlgorithm,
  importKey,
  importSecret,
  type JWK,
  type Keys,
} from '@sealbearer/core'
import { isJsonObject } from '@sealbearer/core/internal'

/** A key from a text, which can be tried on a token. */
export interface PastedKey {
  /** A description, without key material. */
  readonly name: string
  readonly kid?: string
  /** The bytes of a secret. */
  readonly secret?: Uint8Array<ArrayBuffer>
  /** Imports it for an algorithm. @throws {TypeError} if it does not fit, without key material in the message. */
  for(alg: Algorithm, enc: ContentEncryptionAlgorithm | undefined): Promise<Keys>
}

const pem = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g

/** Finds every key in a text: JWKs, JWK Sets and PEM blocks in any order; anything else is a secret. */
export function keysIn(text: string): readonly PastedKey[] {
  const blocks = [...text.matchAll(pem)].map(([block, label = '']) => pemKey(block, label))
  const { objects, rest } = jsonIn(text.replace(pem, '\n'))
  const jwks = objects
    .flatMap((object) => (Array.isArray(object['keys']) ? object['keys'] : [object]))
    .filter(isJsonObject)
  const lines = blocks.length + jwks.length > 0 ? rest.split('\n') : [rest]
  const secrets = lines.map((line) => line.trim()).filter((line) => line !== '')
  return [...blocks, ...jwks.map(jwkKey), ...secrets.flatMap(secretKeys)]
}

/** Splits a text into its JSON objects and the rest. */
function jsonIn(text: string): { objects: readonly Readonly<Record<string, unknown>>[]; rest: string } {
  const objects: Readonly<Record<string, unknown>>[] = []
  let rest = ''
  for (let at = 0; at < text.length; at++) {
    const end = text[at] === '{' ? closing(text, at) : -1
    const object = end < 0 ? undefined : parsed(text.slice(at, end + 1))
    if (object === undefined) rest += text[at]
    else {
      objects.push(object)
      rest += '\n'
      at = end
    }
  }
  return { objects, rest }
}

/** Finds the end of an object; keys have no braces in their strings. */
function closing(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  return -1
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const pemKey = (block: string, label: string): PastedKey => ({
  name: label === 'CERTIFICATE' ? 'certificate' : `${label.toLowerCase()} (PEM)`,
  for: (alg) => importKey(block, { alg }),
})

const kinds: Readonly<Record<string, string>> = {
  oct: 'secret',
  RSA: 'RSA',
  EC: 'EC',
  OKP: 'OKP',
  AKP: 'ML-DSA',
}

function jwkKey({ kid, ...jwk }: Readonly<Record<string, unknown>>): PastedKey {
  const kind = kinds[String(jwk['kty'])] ?? 'unknown'
  const half = kind === 'secret' ? '' : 'd' in jwk || 'priv' in jwk ? ' private key' : ' public key'
  const secret = kind === 'secret' && typeof jwk['k'] === 'string' ? base64Bytes(jwk['k']) : undefined
  return {
    name: `${kind}${half} (JWK)`,
    ...(typeof kid === 'string' && { kid }),
    ...(secret && { secret }),
    // Without its kid, so that it is tried on every token. A JWK by its shape; importKey checks its members.
    for: (alg, enc) => importKey({ ...jwk } as JWK, { alg, ...(alg === 'dir' && enc && { enc }) }),
  }
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    )
  } catch {
    return undefined
  }
}

/** A secret is text, or bytes written as Base64: both are tried. */
function secretKeys(text: string): readonly PastedKey[] {
  const asText = { name: 'secret (text)', secret: new TextEncoder().encode(text), encoding: 'utf8' } as const
  const bytes = /^[\w+/-]+=*$/.test(text) && text.length >= 8 ? base64Bytes(text) : undefined
  const encoding = /[+/=]/.test(text) ? 'base64' : 'base64url'
  const asBytes = bytes && ({ name: 'secret (Base64)', secret: bytes, encoding } as const)
  return [asText, ...(asBytes ? [asBytes] : [])].map(({ name, secret, encoding }) => ({
    name,
    secret,
    for: async (alg, enc) => importSecret(text, { alg, encoding, ...(alg === 'dir' && enc && { enc }) }),
  }))
}
