import { base64url } from 'jose'
import type { Keys, TestPair } from '../keys.js'
import { type Change, changed, claimsOf } from './claims.js'

/** How a signed token differs from the good one. */
export interface SignedChange {
  /** Merged into the claims; `undefined` takes one out. */
  readonly claims?: Change
  /** Merged into the protected header likewise. */
  readonly header?: Change
  /** Written as they are, in the place of the claims or the header: for what no JSON writer would write. */
  readonly claimsText?: string
  readonly headerText?: string
  readonly payload?: Uint8Array
  readonly key?: 'signing' | 'partner' | 'attacker'
}

/** Signs by hand, because a library would refuse to write most of what has to be refused. */
export async function signed(keys: Keys, change: SignedChange = {}): Promise<string> {
  const pair = keys[change.key ?? 'signing']
  const header = changed({ alg: 'ES256', kid: pair.kid, typ: 'at+jwt' }, change.header)
  const payload = change.payload ?? change.claimsText ?? JSON.stringify(claimsOf(change.claims))
  const input = signingInput(change.headerText ?? JSON.stringify(header), payload)
  return `${input}.${base64url.encode(await ecdsa(pair, input))}`
}

/** A token whose alg is HS256, under any bytes. */
export async function hmacSigned(
  bytes: Uint8Array<ArrayBuffer>,
  kid: string | undefined,
  change: Change = {},
): Promise<string> {
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const input = signingInput(
    JSON.stringify(changed({ alg: 'HS256', kid, typ: 'at+jwt' }, change)),
    JSON.stringify(claimsOf()),
  )
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(input))
  return `${input}.${base64url.encode(new Uint8Array(mac))}`
}

/** A token that says it needs no signature (RFC 7515 appendix A.5), in the spelling given. */
export function unsecured(alg: string, signature = ''): string {
  const header = { alg, typ: 'at+jwt' }
  return `${signingInput(JSON.stringify(header), JSON.stringify(claimsOf()))}.${signature}`
}

function signingInput(headerText: string, payload: string | Uint8Array): string {
  return `${base64url.encode(headerText)}.${base64url.encode(payload)}`
}

async function ecdsa({ privateKey }: TestPair, input: string): Promise<Uint8Array> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  return new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(input)))
}
