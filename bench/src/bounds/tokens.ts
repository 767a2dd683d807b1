import { createHmac } from 'node:crypto'
import { claimsOf, subjectOf } from '../material/claims.js'
import { parties } from '../material/parties.js'
import type { SignatureKey } from '../material/signature-key.js'

/** Members that every policy of the bench asks for, as the beginning of an object. */
export const usualHeader: string = `{"alg":"HS256","typ":"${parties.typ}","kid":"HS256-1"`

export const segment = (content: string | Uint8Array): string => Buffer.from(content).toString('base64url')

/** Bytes whose base64url has so many characters. */
export const bytesFor = (characters: number): number => Math.max(0, Math.floor((characters * 3) / 4))

/** Signs whatever stands in header and payload. */
export function signedText(header: string, payload: string | Uint8Array, key: SignatureKey<'HS256'>): string {
  const input = `${segment(header)}.${segment(payload)}`
  return `${input}.${createHmac('sha256', key.signing).update(input).digest('base64url')}`
}

/** Groups of a directory, which make most long tokens long. */
const group = (index: number): string => `"${String(index).padStart(8, '0')}-7f3c-4b7e-9d1a-5b0c8e2f6a41"`
const groupLength = group(0).length + 1

/** Claims that are taken, as JSON of about so many characters: with `members`, or with groups. */
export function goodClaims(characters: number, members?: (characters: number) => string): string {
  const usual = JSON.stringify(claimsOf(subjectOf(1))).slice(0, -1)
  const missing = characters - usual.length
  if (members !== undefined) return `${usual},${members(missing)}}`
  const groups = Array.from({ length: Math.max(0, Math.floor((missing - 12) / groupLength)) }, (_, i) =>
    group(i),
  )
  return `${usual},"groups":[${groups}]}`
}
