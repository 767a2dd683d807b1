import type { WireRequest, WireResponse } from './target.js'
import { claimsOf } from './tokens/claims.js'

/** Shorter pieces can be in an answer by chance. */
const shortest = 8

/** Says which part of a request, token or claim is in the answer to it, if any is. */
export function leakIn(request: WireRequest, response: WireResponse): string | undefined {
  const text = [...response.headers.flat(), response.body].join('\n')
  const { sub, email } = claimsOf()
  if (text.includes(String(sub)) || text.includes(String(email))) return 'a claim'
  if (text.includes('ECONNREFUSED')) return 'the reason why keys are unavailable'
  return credentialsOf(request).some((piece) => sharesPiece(piece, text))
    ? 'a part of the credentials'
    : undefined
}

const credentialNames = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-access-token',
  'dpop',
  'client-cert',
]

/** The words of a request that are credentials, or may be taken for them. */
export function credentialsOf({ headers, target, body = '' }: WireRequest): readonly string[] {
  const values = headers
    .filter(([name]) => credentialNames.includes(name.toLowerCase()))
    .map(([, value]) => value)
  const query = target.split('?')[1] ?? ''
  // What stands around tokens, such as the scheme, may be in the answer.
  return [...values, query, body]
    .flatMap((value) => value.split(/[\s,;="]+/))
    .filter((piece) => piece.length >= shortest)
}

function sharesPiece(piece: string, text: string): boolean {
  for (let i = 0; i + shortest <= piece.length; i++) {
    if (text.includes(piece.slice(i, i + shortest))) return true
  }
  return false
}
