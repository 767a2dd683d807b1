import type { Verdict } from './verdict.js'

/** Octets that a verdict takes beside the text of its token, with claims as they mostly are. */
const bytesBesideText = 640
/** Members of claims as they mostly are, none of which is a list or an object. */
const usualMembers = 16
const bytesOfContainer = 64
const bytesOfMember = 48

function bytesOfValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return bytesOfContainer + bytesOfMembers(Object.values(value), 0)
}

function bytesOfMembers(values: readonly unknown[], countedAlready: number): number {
  let bytes = bytesOfMember * Math.max(0, values.length - countedAlready)
  for (const value of values) bytes += bytesOfValue(value)
  return bytes
}

/**
 * Estimates the octets of memory that a remembered verdict takes. Text takes as much as its token has; lists
 * and objects are counted, because three characters of JSON can make twenty times as many octets. Who holds
 * one good signed token can put it into envelopes with headers of their own, so those are counted too. What
 * a schema makes of the claims is the application's.
 */
export function verdictSize({ claims, outerClaims, token }: Verdict<unknown>, text: string): number {
  const { encryptionHeader } = token
  return (
    2 * text.length +
    bytesBesideText +
    bytesOfMembers(Object.values(claims), usualMembers) +
    bytesOfValue(outerClaims) +
    bytesOfValue(encryptionHeader)
  )
}
