/** Colours of a terminal; unchanged text without colours. */
export interface Paint {
  readonly frame: (text: string) => string
  readonly wrong: (text: string) => string
  readonly risky: (text: string) => string
  readonly good: (text: string) => string
}

const colour =
  (code: number, hasColours: boolean) =>
  (text: string): string =>
    hasColours ? `\u001b[${code}m${text}\u001b[0m` : text

export const paintFor = (hasColours: boolean): Paint => ({
  frame: colour(36, hasColours),
  wrong: colour(31, hasColours),
  risky: colour(33, hasColours),
  good: colour(32, hasColours),
})
