import type { Command } from './command.js'
import { exitCodes } from './exit-codes.js'

const row = (left: string, width: number, right: string): string => `  ${left.padEnd(width)}  ${right}`

/** The output of `sealbearer help`. */
export const overview = (commands: Readonly<Record<string, Command>>): string =>
  [
    'sealbearer: signed, encrypted and nested tokens',
    '',
    'Usage: sealbearer COMMAND [options]; sealbearer help COMMAND for details',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => row(name, 10, summary)),
    '',
    'Keys come from a file, from stdin (-) or from the environment (env:NAME), never from arguments.',
    '',
    'Exit codes:',
    ...Object.values(exitCodes).map(({ code, meaning }) => row(String(code), 8, meaning)),
    '',
  ].join('\n')

/** The output of `sealbearer help COMMAND`. */
export function commandHelp(name: string, { usage, summary, details = [], options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, help }]) => ({
    left: `--${option}${value === undefined ? '' : ` ${value}`}`,
    help,
  }))
  const width = Math.max(...rows.map(({ left }) => left.length))
  return [
    `sealbearer ${name}: ${summary}`,
    '',
    ...usage.split(' | ').map((line) => `Usage: sealbearer ${line}`),
    ...(details.length > 0 ? ['', ...details] : []),
    '',
    ...rows.map(({ left, help }) => row(left, width, help)),
    '',
  ].join('\n')
}
