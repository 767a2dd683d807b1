import {
  type Algorithm,
  exportJwk,
  generateKey,
  type JWK,
  type Key,
  type KeyManagementAlgorithm,
  type SignatureAlgorithm,
} from '@sealbearer/core'
import { encryptJwe, signJws } from '@sealbearer/core/jose'

/** What an example can be. */
export interface ExampleOptions {
  readonly form: 'signed' | 'encrypted' | 'nested'
  readonly signature: SignatureAlgorithm
  readonly encryption: KeyManagementAlgorithm
  readonly fault: FaultName
}

/** A token, and the keys that open it. */
export interface Example {
  readonly token: string
  readonly jwks: readonly JWK[]
}

interface Fault {
  readonly title: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: (now: number) => Readonly<Record<string, unknown>>
  readonly change?: (token: string) => string
}

/** Examples of what goes wrong with tokens. */
export const faults = {
  nothing: { title: 'nothing' },
  expired: { title: 'expired', claims: (now) => ({ iat: now - 7_200, exp: now - 3_600 }) },
  'no-end': { title: 'never expires', claims: () => ({ exp: undefined }) },
  'long-life': { title: 'lives for a year', claims: (now) => ({ exp: now + 365 * 86_400 }) },
  personal: {
    title: 'holds personal data and a password',
    claims: () => ({ email: 'ada@example.com', password: 'correct horse' }),
  },
  audiences: {
    title: 'many audiences',
    claims: () => ({ aud: ['https://api.example.com', 'https://billing.example.com'] }),
  },
  'foreign-key': {
    title: 'names the address of its key',
    header: { jku: 'https://keys.example.net/jwks.json' },
  },
  'no-type': { title: 'has no type', header: { typ: undefined } },
  'cut-off': { title: 'cut off', change: (token) => token.slice(0, -20) },
  changed: { title: 'changed by one character', change: changed },
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = keyof typeof faults

/** Another character in the middle of the last part. */
function changed(token: string): string {
  const at = token.length - 12
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** Makes keys and a token under them. */
export async function makeExample({
  form,
  signature,
  encryption,
  fault: name,
}: ExampleOptions): Promise<Example> {
  const fault: Fault = faults[name]
  const now = Math.floor(Date.now() / 1000)
  const claims = present({
    iss: 'https://auth.example.com',
    aud: 'https://api.example.com',
    sub: 'user_123',
    scope: 'orders:read',
    iat: now,
    exp: now + 900,
    ...fault.claims?.(now),
  })
  const payload = new TextEncoder().encode(JSON.stringify(claims))
  const header = present({ typ: 'at+jwt', ...fault.header })
  const keys: Key[] = []
  const made = async (alg: Algorithm): Promise<Key> => {
    const key = await generateKey(alg, { extractable: true, ...detailOf(alg) })
    keys.push(key)
    return key
  }
  let token = ''
  if (form !== 'encrypted') {
    token = await signJws(payload, {
      algorithm: signature,
      key: await made(signature),
      protectedHeader: header,
    })
  }
  if (form !== 'signed') {
    token = await encryptJwe(form === 'nested' ? new TextEncoder().encode(token) : payload, {
      keyManagement: encryption,
      contentEncryption: 'A256GCM',
      key: await made(encryption),
      protectedHeader: form === 'nested' ? { cty: 'JWT' } : header,
    })
  }
  return { token: fault.change?.(token) ?? token, jwks: keys.map(exportJwk) }
}

const detailOf = (alg: Algorithm): object =>
  alg.startsWith('ECDH-ES') ? { crv: 'P-256' } : alg === 'dir' ? { enc: 'A256GCM' } : {}
