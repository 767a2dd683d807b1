import { open } from 'node:fs/promises'
import type { CommandArguments } from './command.js'
import type { CommandContext } from './command-context.js'
import { CommandError } from './exit-codes.js'
import { readInput } from './read-input.js'

/** Byte order marks, and their encodings. Windows PowerShell writes UTF-16. */
const marks: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

function decodeText(bytes: Uint8Array): string {
  const marked = marks.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))
  if (marked === undefined && bytes.includes(0))
    throw new CommandError('usage', 'the input is not text in UTF-8; save the file with that encoding')
  // Removes the mark.
  return new TextDecoder(marked?.[1]).decode(bytes)
}

/** Reads text from a file, from stdin (`-`) or from the environment (`env:NAME`). */
export async function readText(from: string, { env, readStdin }: CommandContext): Promise<string> {
  if (from === '-') {
    const input = await readStdin()
    if (input === undefined) throw new CommandError('usage', 'stdin is a terminal; pipe something into it')
    return typeof input === 'string' ? input : decodeText(input)
  }
  if (from.startsWith('env:')) {
    const text = env[from.slice('env:'.length)]
    if (text === undefined || text === '')
      throw new CommandError('usage', 'the environment has no such variable')
    return text
  }
  const file = await open(from)
  // The stream closes the file.
  return decodeText(await readInput(file.createReadStream()))
}

/** Reads the passphrase of a key ring, from a file or from the environment. @returns `undefined` if there is none. */
export async function passphraseOf(
  args: CommandArguments,
  context: CommandContext,
): Promise<string | undefined> {
  const file = args.text('passphrase-file')
  if (file !== undefined) return (await readText(file, context)).replace(/\r?\n$/, '')
  const { SEALBEARER_PASSPHRASE: passphrase } = context.env
  return passphrase === '' ? undefined : passphrase
}

/** Reads the token of a command, from a file or from stdin. */
export async function readToken(args: CommandArguments, context: CommandContext): Promise<string> {
  const token = (await readText(args.text('in') ?? '-', context)).trim()
  if (token === '') throw new CommandError('usage', 'stdin is empty; pipe a token into it, or use --in FILE')
  return token
}
