import type { Layer } from './open-token.js'

/** The result of verifying a token with the given keys, in one sentence. */
export interface Conclusion {
  readonly title: string
  /** `good`: genuine under a given key. `bad`: not. `open`: not known yet. */
  readonly kind: 'good' | 'bad' | 'open'
}

/** Summarizes whether a token is genuine. Does not consider times, issuer, audience or permissions. */
export function conclusionOf(layers: readonly Layer[]): Conclusion {
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
