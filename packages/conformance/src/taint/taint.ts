import { shortestPiece, spellingsOf, unfold } from './spellings.js'

/** Something that must not be seen anywhere, and what to call it when it is. */
export interface Secret {
  readonly label: string
  /** Octets are looked for in every spelling; a number as a whole, since pieces of numbers are anywhere. */
  readonly value: string | number | Uint8Array
}

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  for (let i = 0; i + shortestPiece <= text.length; i++) pieces.push(text.slice(i, i + shortestPiece))
  return pieces
}

/** Finds pieces of secrets in text. */
export class Taint {
  readonly #labels = new Map<string, string>()
  readonly #numbers: readonly Secret[]

  /** @param publicTexts Whose pieces may be anywhere, though secrets have them too. */
  constructor(secrets: readonly Secret[], publicTexts: readonly string[] = []) {
    this.#numbers = secrets.filter(({ value }) => typeof value === 'number')
    for (const { label, value } of secrets) {
      if (typeof value === 'number') continue
      const spellings = typeof value === 'string' ? [value] : spellingsOf(value)
      for (const piece of spellings.flatMap(piecesOf)) this.#labels.set(piece, label)
    }
    for (const piece of publicTexts.flatMap(piecesOf)) this.#labels.delete(piece)
  }

  get size(): number {
    return this.#labels.size
  }

  /** @returns The labels of the secrets of which a piece is in the text. */
  find(text: string): readonly string[] {
    const found = new Set<string>()
    const unfolded = unfold(text)
    for (const { label, value } of this.#numbers) if (unfolded.includes(String(value))) found.add(label)
    for (let i = 0; i + shortestPiece <= unfolded.length; i++) {
      const label = this.#labels.get(unfolded.slice(i, i + shortestPiece))
      if (label !== undefined) found.add(label)
    }
    return [...found]
  }
}
