import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Duration } from '@sealbearer/core'
import { CommandError } from './exit-codes.js'
import { nearest } from './nearest.js'
import type { Surroundings } from './surroundings.js'

/** One option of a command. */
export interface CommandOption {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** What its value is called in the help. */
  readonly value?: string
  readonly help: string
}

/** What was given on the command line. */
export interface Given {
  readonly positionals: readonly string[]
  text(name: string): string | undefined
  texts(name: string): readonly string[]
  /** Seconds, or text such as `15m`; core checks it. */
  duration(name: string): Duration | undefined
  flag(name: string): boolean
  /** @throws {CommandError} `usage` when it is not there. */
  required(name: string): string
}

/** One command. */
export interface Command {
  readonly usage: string
  readonly summary: string
  /** More lines of help. */
  readonly details?: readonly string[]
  readonly options: Readonly<Record<string, CommandOption>>
  /** How many arguments it takes beside options. */
  readonly positionals: {
    readonly least: number
    readonly most: number
    /** What they can be, if that is fixed; for completion. */
    readonly words?: readonly string[]
  }
  readonly run: (given: Given, surroundings: Surroundings) => Promise<void>
}

/** Node's own messages can contain the command line, and people paste secrets. */
const complaints: Readonly<Record<string, string>> = {
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE: 'an option lacks its value, or has one that it does not take',
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL: 'too many arguments',
}

/** Reads the command line of a command. @throws {CommandError} `usage` */
export function readCommandLine(name: string, command: Command, args: readonly string[]): Given {
  const usage = (what: string): CommandError =>
    new CommandError('usage', `${name}: ${what}; see sealbearer help ${name}`)
  const values = parsedValues(command, args, usage)
  const { positionals } = values
  if (positionals.length < command.positionals.least) throw usage('an argument is missing')
  if (positionals.length > command.positionals.most) throw usage('too many arguments')
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

/** Names the option that does not exist, unless it looks like more than the name of one. */
function unknownOption(args: readonly string[], known: readonly string[]): string {
  const given = args
    .slice(0, args.includes('--') ? args.indexOf('--') : undefined)
    .flatMap((argument) => /^--?([^=]+)/.exec(argument)?.[1] ?? [])
  const unknown = given.find((name) => !known.includes(name))
  if (unknown === undefined || !/^[a-z][a-z-]{0,30}$/i.test(unknown)) return 'unknown option'
  const meant = nearest(unknown.toLowerCase(), known)
  return `unknown option --${unknown}${meant === undefined ? '' : `, did you mean --${meant}?`}`
}
