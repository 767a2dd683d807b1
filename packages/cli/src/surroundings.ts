/** The environment of a command. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Everything on stdin; `undefined` where that is a terminal, at which nobody types a token. */
  readonly readStdin: () => Promise<string | Uint8Array | undefined>
  /** Stdin line by line, as it comes. */
  readonly lines: () => AsyncIterable<string>
  readonly print: (text: string) => void
  readonly printError: (text: string) => void
  /** Shows a file on the desktop, where there is one. */
  readonly openFile: (file: URL) => Promise<void>
  readonly isTerminal: boolean
  readonly isErrorTerminal: boolean
  readonly hasColours: boolean
  readonly columns: number
}
