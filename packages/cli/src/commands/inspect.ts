import type { Command } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { draw } from '../inspect/draw.js'
import { findingsOf } from '../inspect/findings.js'
import { inspectToken } from '../inspect/inspected-token.js'
import { paintFor } from '../inspect/paint.js'
import { visibleJson } from '../inspect/visible-text.js'
import { readToken } from '../read-text.js'

/** Draws a token. */
export const inspect: Command = {
  usage: 'inspect [TOKEN] [--json]',
  summary: 'draws a token as postcard or envelope, and says what is wrong with it',
  details: [
    'Takes the token from the argument or, better, from stdin: arguments end in process lists and histories.',
    'Checks no signature and needs no key. Exit code 0 even when something is wrong, 3 when it is no token.',
  ],
  options: {
    json: { type: 'boolean', help: 'print JSON, for programs' },
    in: { type: 'string', value: 'FILE', help: 'the token' },
  },
  positionals: { least: 0, most: 1 },
  async run(given, surroundings) {
    const [argument] = given.positionals
    const text = argument?.trim() ?? (await readToken(given, surroundings))
    const token = inspectToken(text.replace(/^Bearer +/i, ''))
    if (token === undefined) {
      throw new CommandError(
        'notAToken',
        'inspect: this is no token; it must have three parts (signed) or five (encrypted), with dots between',
      )
    }
    const findings = findingsOf(token, Date.now() / 1000)
    if (given.flag('json')) {
      const { form, size, protectedHeader = null, claims = null, bytes } = token
      const report = { form, verified: false, size, protectedHeader, claims, bytes, findings }
      return surroundings.print(`${visibleJson(report)}\n`)
    }
    const { columns, hasColours } = surroundings
    surroundings.print(draw(token, findings, { columns, paint: paintFor(hasColours) }))
  },
}
