/** The binding of a session, as in the claim `cnf` (RFC 7800): a DPoP key or a client certificate. */
export interface Confirmation {
  /** Thumbprint of the DPoP key (RFC 9449 §6.1). */
  readonly jkt?: string
  /** Thumbprint of the client certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256'?: string
}

const members = ['jkt', 'x5t#S256'] as const

/** Serializes a confirmation, equal ones to equal texts; `null` for none. @throws {TypeError} */
export function confirmationText(confirmation: Confirmation | undefined): string | null {
  if (confirmation === undefined) return null
  const names = Object.keys(Object(confirmation))
  const known = members.filter(
    (name) => typeof confirmation?.[name] === 'string' && confirmation[name] !== '',
  )
  if (known.length === 0 || known.length !== names.length) {
    throw new TypeError(`confirmation: must have ${members.join(' or ')}, as text, and nothing else`)
  }
  return known.map((name) => `${name}:${confirmation[name]}`).join(',')
}
