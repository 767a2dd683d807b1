/** The environment of a command. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Reads all of stdin; `undefined` if it is a terminal. */
  readonly readStdin: () => Promise<string | Uint8Array | undefined>
  /** Reads stdin line by line, as it arrives. */
  readonly lines: () => AsyncIterable<string>
  readonly print: (text: string) => void
  readonly printError: (text: string) => void
  /** Opens a file on the desktop, if there is one. */
  readonly openFile: (file: URL) => Promise<void>
  readonly isTerminal: boolean
  readonly isErrorTerminal: boolean
  readonly hasColours: boolean
  readonly columns: number
}
