import type { Layer } from './open-token.js'

/** What came of a token and its keys, in one sentence. */
export interface Verdict {
  readonly title: string
  /** `good`: genuine under a given key. `bad`: not. `open`: nobody knows yet. */
  readonly kind: 'good' | 'bad' | 'open'
}

/** Says what came of a token and its keys. Says nothing about times, parties or permissions. */
export function verdictOf(layers: readonly Layer[]): Verdict {
  const [outer] = layers
  const last = layers.at(-1)
  if (outer === undefined || last === undefined) return { title: 'This is not a token', kind: 'bad' }
  if (last.trial?.weakness !== undefined) return { title: 'Anyone can forge this token', kind: 'bad' }
  const outcome = last.trial?.outcome ?? 'no key'
  const alg = last.token.protectedHeader?.['alg']
  if (typeof alg === 'string' && /^none$/i.test(alg))
    return { title: 'Nobody signed this token', kind: 'bad' }
  if (outcome === 'verified') return { title: 'The signature is valid', kind: 'good' }
  if (outcome === 'decrypted') return { title: 'Decrypted; nothing inside is signed', kind: 'open' }
  const isInside = layers.length > 1
  if (outcome === 'wrong key') {
    return {
      title: last.token.form === 'signed' ? 'No key verifies the signature' : 'No key decrypts the token',
      kind: 'bad',
    }
  }
  return {
    title: isInside ? 'Decrypted; the signature is not checked' : 'Nothing is checked without a key',
    kind: 'open',
  }
}
