import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Duration } from '@sealbearer/core'
import type { CommandContext } from './command-context.js'
import { CommandError } from './exit-codes.js'
import { nearest } from './nearest.js'

/** One option of a command. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** The name of its value in the help. */
  readonly value?: string
  readonly help: string
}

/** The parsed arguments of a command. */
export interface CommandArguments {
  readonly positionals: readonly string[]
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  /** Seconds, or text such as `15m`; core checks it. */
  duration(name: string): Duration | undefined
  flag(name: string): boolean
  /** @throws {CommandError} `usage` if it is missing. */
  required(name: string): string
}

/** One command. */
export interface Command {
  readonly usage: string
  readonly summary: string
  /** More lines of help. */
  readonly details?: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  /** How many positional arguments there may be. */
  readonly positionals: {
    readonly min: number
    readonly max: number
    /** The possible values, for completion. */
    readonly words?: readonly string[]
  }
  readonly run: (args: CommandArguments, context: CommandContext) => Promise<void>
}

/** Node's own messages can contain the command line, and people paste secrets. */
const complaints: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'an option lacks its value, or has one that it does not accept',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'too many arguments',
}

/** Reads the command line of a command. @throws {CommandError} `usage` */
export function readCommandLine(name: string, command: Command, args: readonly string[]): CommandArguments {
  const usage = (what: string): CommandError =>
    new CommandError('usage', `${name}: ${what}; see sealbearer help ${name}`)
  const values = parsedValues(command, args, usage)
  const { positionals } = values
  if (positionals.length < command.positionals.min) throw usage('an argument is missing')
  if (positionals.length > command.positionals.max) throw usage('too many arguments')
  const texts = (option: string): readonly string[] => [values.values[option] ?? []].flat().map(String)
  return {
    positionals,
    texts,
    text: (option) => texts(option)[0],
    duration(option) {
      const [text] = texts(option)
      // Core checks the text.
      return text !== undefined && /^\d+$/.test(text) ? Number(text) : (text as Duration | undefined)
    },
    flag: (option) => values.values[option] === true,
    required(option) {
      const [text] = texts(option)
      if (text === undefined) throw usage(`--${option} is required`)
      return text
    },
  }
}

function parsedValues(
  { options }: Command,
  args: readonly string[],
  usage: (what: string) => CommandError,
): { values: Record<string, unknown>; positionals: string[] } {
  const config: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, { type, multiple = false }] of Object.entries(options)) config[name] = { type, multiple }
  try {
    return parseArgs({ args: [...args], options: config, allowPositionals: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw usage(unknownOption(args, Object.keys(options)))
    throw usage(complaints[code] ?? 'cannot read the command line')
  }
}

/** Names the unknown option, unless the text may be something secret. */
function unknownOption(args: readonly string[], known: readonly string[]): string {
  const names = args
    .slice(0, args.includes('--') ? args.indexOf('--') : undefined)
    .flatMap((argument) => /^--?([^=]+)/.exec(argument)?.[1] ?? [])
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined || !/^[a-z][a-z-]{0,30}$/i.test(unknown)) return 'unknown option'
  const meant = nearest(unknown.toLowerCase(), known)
  return `unknown option --${unknown}${meant === undefined ? '' : `, did you mean --${meant}?`}`
}
