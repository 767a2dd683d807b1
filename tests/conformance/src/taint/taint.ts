import { minPiece, spellingsOf, unfold } from './spellings.js'

/** Something that must not be seen anywhere, and what to call it when it is. */
export interface Secret {
  readonly label: string
  /**
   * Bytes are looked for in every spelling; a number, in digits too, as a whole, since pieces of numbers are
   * anywhere.
   */
  readonly value: string | number | Uint8Array
}

const isDigits = (text: string): boolean => /^\d+$/.test(text)

/** A number by itself: 0.1800000000004 milliseconds do not hold the second 1800000000. */
const wholeNumber = (value: string | number): RegExp =>
  new RegExp(`(?<![\\d.])${String(value).replaceAll(/[.+]/g, '\\$&')}(?!\\d)`)

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  for (let i = 0; i + minPiece <= text.length; i++) pieces.push(text.slice(i, i + minPiece))
  return pieces
}

/** Bytes may have pieces of digits alone in their hex: these are in some timestamp or duration, by chance. */
const piecesOfBytes = (bytes: Uint8Array): readonly string[] =>
  spellingsOf(bytes)
    .flatMap(piecesOf)
    .filter((piece) => !isDigits(piece))

/** Finds pieces of secrets in text. */
export class Taint {
  readonly #labels = new Map<string, string>()
  readonly #numbers: (readonly [label: string, number: RegExp])[] = []

  /** @param publicTexts Whose pieces may be anywhere, though secrets have them too. */
  constructor(secrets: readonly Secret[], publicTexts: readonly string[] = []) {
    for (const { label, value } of secrets) {
      if (typeof value === 'number' || (typeof value === 'string' && isDigits(value))) {
        this.#numbers.push([label, wholeNumber(value)])
        continue
      }
      const pieces = typeof value === 'string' ? piecesOf(value) : piecesOfBytes(value)
      for (const piece of pieces) this.#labels.set(piece, label)
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
    for (const [label, number] of this.#numbers) if (number.test(unfolded)) found.add(label)
    for (let i = 0; i + minPiece <= unfolded.length; i++) {
      const label = this.#labels.get(unfolded.slice(i, i + minPiece))
      if (label !== undefined) found.add(label)
    }
    return [...found]
  }
}
