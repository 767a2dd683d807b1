import type { CommandContext } from './command-context.js'

/** Milliseconds between two frames, and before the first. */
const interval = 400
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Shows on a terminal what is in progress, and clears it afterwards. Prints nothing if stderr is a file or a pipe. */
export async function withProgress<Result>(
  { printError, isErrorTerminal }: CommandContext,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  if (!isErrorTerminal) return work
  let shown = 0
  const timer = setInterval(() => printError(`\r${frames[shown++ % frames.length]} ${what} …`), interval)
  try {
    return await work
  } finally {
    clearInterval(timer)
    // Erases the line.
    if (shown > 0) printError('\r\u001b[2K')
  }
}
