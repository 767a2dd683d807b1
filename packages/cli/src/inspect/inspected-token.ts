import { decodeUnverified } from '@sealbearer/core/jose'

/** A JSON object out of a token, which nobody has vouched for. */
export type Members = Readonly<Record<string, unknown>>

/** What can be told of a token by looking at it. */
export interface InspectedToken {
  readonly form: 'signed' | 'encrypted or nested'
  readonly size: number
  readonly protectedHeader: Members | undefined
  /** `undefined` for an envelope, and where the payload is no JSON object. */
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
