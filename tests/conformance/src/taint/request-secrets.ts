import { decodeUnverified } from '@sealbearer/core/jose'
import { credentialsOf } from '../leaks.js'
import type { WireRequest } from '../target.js'
import { claimsOf } from '../tokens/claims.js'
import { minPiece } from './spellings.js'
import type { Secret } from './taint.js'

/** Names and values, at any depth, that are long enough to be found. */
function wordsIn(value: unknown): readonly (string | number)[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => [...wordsIn(name), ...wordsIn(member)])
  }
  if (typeof value !== 'string' && typeof value !== 'number') return []
  return String(value).length >= minPiece ? [value] : []
}

/** What a request must not leave behind: its credentials, and the claims of the tokens and proofs in them, and the keys of proofs. */
export function requestSecrets(request: WireRequest): readonly Secret[] {
  const credentials = credentialsOf(request)
  const decoded = credentials.map((text) => decodeUnverified(text))
  const claims = [claimsOf(), ...decoded.map((token) => token?.claims)].flatMap(wordsIn)
  const keys = decoded.map((token) => token?.protectedHeader?.['jwk']).flatMap(wordsIn)
  return [
    ...keys.map((value) => ({ label: 'the key of a proof', value })),
    ...credentials.map((value) => ({ label: 'a part of the credentials', value })),
    ...claims.map((value) => ({ label: 'a claim', value })),
  ]
}
