/** Members of RFC 7517 and RFC 7518 that a public key has. Secrets have no public half. */
const publicMembers = ['kty', 'kid', 'alg', 'use', 'enc', 'crv', 'x', 'y', 'n', 'e', 'pub', 'x5c', 'x5t#S256']

/** Returns the JWK Set to publish for the JWKs in a text, one per line. */
export function publicHalf(text: string): string {
  const keys = text.split('\n').flatMap((line) => {
    const jwk = jwkIn(line)
    if (jwk === undefined || jwk['kty'] === 'oct') return []
    return [Object.fromEntries(Object.entries(jwk).filter(([name]) => publicMembers.includes(name)))]
  })
  return JSON.stringify({ keys }, undefined, 2)
}

function jwkIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    // A JSON object has names and values.
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
