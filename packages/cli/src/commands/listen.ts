import {
  createTestIssuer,
  type HostileName,
  type TestIssuer,
  type TestIssuerOptions,
} from '@sealbearer/testing'
import type { Command, CommandArguments } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { visibleText } from '../inspect/visible-text.js'
import { nearest } from '../nearest.js'
import { readClaims } from '../read-claims.js'

/** Runs an issuer for tests. */
export const listen: Command = {
  usage: 'listen [--port NUMBER] [--issuer URL] [--audience URL] [--typ TYP] [--form FORM] [--alg ALG]',
  summary: 'runs an issuer for tests, which issues valid and hostile tokens',
  details: [
    'Serves metadata and keys on the loopback interface, until it is interrupted. Its keys are new each time.',
    'Prints tokens to stdout, and everything else to stderr. A line on stdin requests a token: an empty line a valid one,',
    'a JSON object one with these claims, expired an expired one, the name of an attack, such as alg-none, a hostile one.',
    'Other lines: rotate, outage on, outage off, help.',
  ],
  options: {
    port: { type: 'string', value: 'NUMBER', help: 'the port (default: a free one)' },
    issuer: { type: 'string', value: 'URL', help: 'iss (default: the address)' },
    audience: { type: 'string', value: 'URL', help: 'aud (default https://api.test)' },
    typ: { type: 'string', value: 'TYP', help: 'typ (default at+jwt)' },
    form: { type: 'string', value: 'FORM', help: 'signed, encrypted or nested (default signed)' },
    alg: { type: 'string', value: 'ALG', help: 'signature algorithm (default ES256)' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, { lines, print, printError }) {
    const issuer = await createTestIssuer(optionsOf(args))
    const address = await issuer.listen(portOf(args))
    printError(
      `issuer    ${visibleText(issuer.issuer)}\nmetadata  ${address}/.well-known/openid-configuration\n`,
    )
    printError(
      `keys      ${address}/jwks\naudience  ${visibleText(args.text('audience') ?? 'https://api.test')}\n`,
    )
    printError(
      'The token below has no scopes. Type claims for another, such as {"scope":"orders:read"}, or help.\n',
    )
    print(`${await respondTo('', issuer)}\n`)
    try {
      for await (const line of lines()) {
        try {
          const token = await respondTo(line.trim(), issuer)
          if (token !== undefined) print(`${token}\n`)
          else printError('done\n')
        } catch (error) {
          if (!(error instanceof CommandError)) throw error
          printError(`${error.message}\n`)
        }
      }
      // After the end of stdin it runs until it is interrupted.
      await new Promise<never>(() => {})
    } finally {
      await issuer.close()
    }
  },
}

function optionsOf(args: CommandArguments): TestIssuerOptions {
  const options = {
    issuer: args.text('issuer'),
    audience: args.text('audience'),
    typ: args.text('typ'),
    form: args.text('form'),
    algorithm: args.text('alg'),
  }
  // createTestIssuer checks each of these values.
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as TestIssuerOptions
}

function portOf(args: CommandArguments): number {
  const text = args.text('port') ?? '0'
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new CommandError('usage', 'listen: --port must be a number up to 65535')
}

/** Handles a line of stdin. @returns a token; `undefined` after a change of the issuer. */
async function respondTo(line: string, issuer: TestIssuer): Promise<string | undefined> {
  issuer.clock.set(new Date())
  if (line === 'rotate') return void issuer.rotate()
  if (line === 'outage on' || line === 'outage off') return void issuer.outage(line === 'outage on')
  if (line === '') return issuer.mint()
  if (line === 'expired') return issuer.mint.expired()
  if (line.startsWith('{')) return issuer.mint(readClaims('listen', line))
  const name = issuer.hostileNames.find((hostile): hostile is HostileName => hostile === line)
  if (name !== undefined) return issuer.mint.hostile(name)
  const known = ['expired', 'rotate', 'outage on', 'outage off', ...issuer.hostileNames]
  const meant = nearest(line, known)
  throw new CommandError(
    'usage',
    meant === undefined ? `a line is ${known.join(', ')}, JSON, or empty` : `did you mean ${meant}?`,
  )
}
