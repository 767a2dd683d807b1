import { base64url, calculateJwkThumbprint } from 'jose'
import { now } from '../clock.js'
import type { Keys } from '../keys.js'
import { host } from '../parties.js'
import { type Change, changed } from './claims.js'

/** How a proof differs from the good one. */
export interface ProofChange {
  readonly claims?: Change
  readonly header?: Change
  /** Written as they are, in the place of the claims or the header. */
  readonly claimsText?: string
  readonly headerText?: string
  readonly key?: 'client' | 'otherClient'
  /** Of the request. */
  readonly path: string
}

/** SHA-256 in base64url. */
export async function hashOf(data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data)
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** The claim `cnf` of tokens that are bound to a client's key. */
export async function boundTo(
  keys: Keys,
  name: 'client' | 'otherClient' = 'client',
): Promise<{ jkt: string }> {
  return { jkt: await calculateJwkThumbprint(keys[name].publicJwk) }
}

/** Signs a DPoP proof by hand, for a token. */
export async function proof(keys: Keys, token: string, change: ProofChange): Promise<string> {
  const pair = keys[change.key ?? 'client']
  const header = changed({ typ: 'dpop+jwt', alg: 'ES256', jwk: pair.publicJwk }, change.header)
  const claims = changed(
    {
      jti: crypto.randomUUID(),
      htm: 'GET',
      htu: `https://${host}${change.path}`,
      iat: now,
      ath: await hashOf(token),
    },
    change.claims,
  )
  const parts = [change.headerText ?? JSON.stringify(header), change.claimsText ?? JSON.stringify(claims)]
  const input = parts.map((part) => base64url.encode(part)).join('.')
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, pair.privateKey, new TextEncoder().encode(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}
