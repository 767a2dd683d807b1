import { readFile } from 'node:fs/promises'
import type { Given } from './command.js'
import { CommandError } from './exit-codes.js'
import type { Surroundings } from './surroundings.js'

/** Reads text from a file, from stdin (`-`) or from the environment (`env:NAME`). */
export async function readText(from: string, { env, readStdin }: Surroundings): Promise<string> {
  if (from === '-') {
    const text = await readStdin()
    if (text === undefined) throw new CommandError('usage', 'stdin is a terminal; pipe something into it')
    return text
  }
  if (from.startsWith('env:')) {
    const text = env[from.slice('env:'.length)]
    if (text === undefined || text === '')
      throw new CommandError('usage', 'the environment has no such variable')
    return text
  }
  return readFile(from, 'utf8')
}

/** The passphrase of a key ring, if there is one: from a file, or from the environment. */
export async function passphraseOf(given: Given, surroundings: Surroundings): Promise<string | undefined> {
  const file = given.text('passphrase-file')
  if (file !== undefined) return (await readText(file, surroundings)).replace(/\r?\n$/, '')
  const { SEALBEARER_PASSPHRASE: passphrase } = surroundings.env
  return passphrase === '' ? undefined : passphrase
}

/** The token that a command is about: from a file, else from stdin. */
export async function readToken(given: Given, surroundings: Surroundings): Promise<string> {
  const token = (await readText(given.text('in') ?? '-', surroundings)).trim()
  if (token === '')
    throw new CommandError('usage', 'there is nothing on stdin; pipe a token into it, or use --in FILE')
  return token
}
