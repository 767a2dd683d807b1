import { decodeUnverified } from '@sealbearer/core/jose'

/** A JSON object of a token, not verified. */
export type Members = Readonly<Record<string, unknown>>

/** A token decoded without a key. */
export interface InspectedToken {
  readonly form: 'signed' | 'encrypted or nested'
  readonly size: number
  readonly protectedHeader: Members | undefined
  /** `undefined` for an encrypted token, and if the payload is not a JSON object. */
  readonly claims: Members | undefined
  /** Bytes of each part after the header, by its name in the RFC. */
  readonly bytes: Readonly<Record<string, number>>
}

const partNames = {
  signed: ['payload', 'signature'],
  'encrypted or nested': ['encrypted key', 'initialization vector', 'ciphertext', 'authentication tag'],
} as const

/** Decodes a token without any key. `undefined` for text that is not a token. */
export function inspectToken(token: string): InspectedToken | undefined {
  const decoded = decodeUnverified(token)
  if (decoded === undefined) return undefined
  const { form, protectedHeader, claims } = decoded
  const parts = token.split('.').slice(1)
  const bytes = Object.fromEntries(
    partNames[form].map((name, index) => [name, Math.floor(((parts[index]?.length ?? 0) * 3) / 4)]),
  )
  return { form, size: token.length, protectedHeader, claims, bytes }
}

/** Removes what is often copied with a token: a scheme, quotes, line breaks. */
export const tokenIn = (text: string): string =>
  text
    .trim()
    .replace(/^(?:Authorization: *)?(?:Bearer|DPoP) +/i, '')
    .replace(/^["'`](.*)["'`]$/s, '$1')
    .replace(/\s+/g, '')

const byParts: Readonly<Record<number, string>> = {
  1: 'only one part: the token was cut off after its header, or this is something else',
  2: 'two parts: a signed token that was cut off before its signature',
  4: 'four parts: an encrypted token that was cut off before its authentication tag',
}

/** Returns why a text is not a token. */
export function whyNoToken(text: string): string {
  if (text === '') return 'there is nothing'
  if (text.startsWith('{'))
    return 'JSON, not the compact form: sealbearer reads tokens of three or five parts'
  if (text.includes('-----BEGIN')) return 'this is a key, not a token'
  if (!text.startsWith('ey') && !text.includes('.'))
    return 'this has no parts with dots between: an opaque token, or no token'
  return (
    byParts[text.split('.', 7).length] ??
    'it must have three parts (signed) or five (encrypted), with dots between'
  )
}
