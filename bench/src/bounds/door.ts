import type { Text } from './json-text.js'

/** What is knocked with: a token, or the names and values of headers in turn, as they were received. */
export type Knock = readonly string[]

/** Something that lets in or refuses. */
export interface Door {
  readonly name: string
  /** Resolves to `'let in'`, or to the code of the refusal; rejects for anything else. */
  open(knock: Knock): Promise<string>
  /** What is let in, of so many characters; with members of a kind among its claims, else with groups. */
  welcome(characters: number, members?: Text): Knock | Promise<Knock>
}

/** What a verifier or an authenticator says to a token or a request. */
export async function answerOf(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt()
    return 'let in'
  } catch (error) {
    if (error instanceof Error && error.name === 'SealbearerError' && 'code' in error)
      return String(error.code)
    throw error
  }
}
