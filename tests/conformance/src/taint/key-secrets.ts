import { base64url, exportJWK, type JWK } from 'jose'
import { nonceSecret } from '../dpop-answers.js'
import type { Keys } from '../keys.js'
import type { Secret } from './taint.js'

/** Private members of JWKs (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'] as const

/** What a private JWK must not let out. */
export function jwkSecrets(jwk: JWK, name: string): readonly Secret[] {
  return privateMembers.flatMap((member) => {
    const value = jwk[member]
    return typeof value === 'string'
      ? [{ label: `"${member}" of ${name}`, value: base64url.decode(value) }]
      : []
  })
}

/** The private material of all keys of the cases, and the secret of nonces. */
export async function keySecrets(keys: Keys): Promise<readonly Secret[]> {
  const secrets = await Promise.all(
    Object.entries(keys).map(async ([name, key]: [string, Keys[keyof Keys]]) =>
      'bytes' in key
        ? [{ label: `the secret ${name}`, value: key.bytes }]
        : jwkSecrets(await exportJWK(key.privateKey), name),
    ),
  )
  return [...secrets.flat(), { label: 'the secret of nonces', value: nonceSecret }]
}
