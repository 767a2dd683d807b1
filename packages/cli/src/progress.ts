import type { Surroundings } from './surroundings.js'

/** Milliseconds without a message. */
const patience = 400
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Prints on a terminal what takes so long, and clears it afterwards. Prints nothing where stderr is a file or a pipe. */
export async function withProgress<Result>(
  { printError, isErrorTerminal }: Surroundings,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  if (!isErrorTerminal) return work
  let shown = 0
  const timer = setInterval(() => printError(`\r${frames[shown++ % frames.length]} ${what} …`), patience)
  try {
    return await work
  } finally {
    clearInterval(timer)
    // Erases the line.
    if (shown > 0) printError('\r\u001b[2K')
  }
}
