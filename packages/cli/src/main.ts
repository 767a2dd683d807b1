import { readFile } from 'node:fs/promises'
import { type Command, readCommandLine } from './command.js'
import type { CommandContext } from './command-context.js'
import { completionOf } from './commands/completion.js'
import { decrypt } from './commands/decrypt.js'
import { encrypt } from './commands/encrypt.js'
import { inspect } from './commands/inspect.js'
import { jwks } from './commands/jwks.js'
import { revoke, rotate, status } from './commands/key-ring.js'
import { keygen } from './commands/keygen.js'
import { listen } from './commands/listen.js'
import { mint } from './commands/mint.js'
import { proof } from './commands/proof.js'
import { sign } from './commands/sign.js'
import { verify } from './commands/verify.js'
import { CommandError, exitCodes, messageOf, reasonOf } from './exit-codes.js'
import { commandHelp, overview } from './help.js'
import { visibleLines } from './inspect/visible-text.js'
import { nearest } from './nearest.js'

/** Every command, by its name. */
export const commands: Readonly<Record<string, Command>> = {
  keygen,
  status,
  rotate,
  revoke,
  jwks,
  sign,
  encrypt,
  verify,
  decrypt,
  inspect,
  mint,
  proof,
  listen,
  completion: completionOf(() => commands),
}

/**
 * Runs one command line. Prints its output or, if it fails, one line that contains no secret.
 *
 * @param args The arguments after the name of the program.
 * @returns The exit code, as in the README's table.
 */
export async function main(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    await runCommand(args, context)
    return exitCodes.done.code
  } catch (error) {
    context.printError(`sealbearer: ${visibleLines(messageOf(error))}\n`)
    return exitCodes[reasonOf(error)].code
  }
}

async function runCommand(args: readonly string[], context: CommandContext): Promise<void> {
  const [name = 'help', ...rest] = args
  if (['help', '--help', '-h'].includes(name)) {
    const [topic] = rest
    return context.print(topic === undefined ? overview(commands) : commandHelp(topic, commandOf(topic)))
  }
  if (['version', '--version', '-v'].includes(name)) return context.print(`${await ownVersion()}\n`)
  const command = commandOf(name)
  if (rest.includes('--help') || rest.includes('-h')) return context.print(commandHelp(name, command))
  await command.run(readCommandLine(name, command, rest), context)
}

async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  return String(version)
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command !== undefined) return command
  const meant = nearest(name, Object.keys(commands))
  const suggestion = meant === undefined ? '' : `, did you mean ${meant}?`
  throw new CommandError('usage', `there is no such command${suggestion}; see sealbearer help`)
}
