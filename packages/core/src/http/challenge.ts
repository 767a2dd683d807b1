/** Attributes of a challenge; those that are `undefined` are left out. */
type ChallengeAttributes = Readonly<Record<string, string | undefined>>

/**
 * Writes one challenge of a `WWW-Authenticate` header: a scheme and its attributes as quoted strings
 * (RFC 9110 §11.6.1, RFC 6750 §3).
 */
export function challenge(scheme: string, attributes: ChallengeAttributes): string {
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replace(/["\\]/g, '\\$&')}"`],
  )
  return written.length === 0 ? scheme : `${scheme} ${written.join(', ')}`
}

const printable = /^[\x20-\x7e]+$/

/**
 * Reads the option `realm`.
 *
 * @throws {TypeError} for text that a header cannot carry.
 */
export function realmOption(realm: unknown): string | undefined {
  if (realm === undefined) return undefined
  if (typeof realm !== 'string' || !printable.test(realm)) {
    throw new TypeError('realm: must be printable ASCII text; leave it out to send none')
  }
  return realm
}
