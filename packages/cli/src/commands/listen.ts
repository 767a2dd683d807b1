import {
  createTestIssuer,
  type HostileName,
  type TestIssuer,
  type TestIssuerOptions,
} from '@sealbearer/testing'
import type { Command, Given } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { visibleText } from '../inspect/visible-text.js'
import { nearest } from '../nearest.js'
import { readClaims } from '../read-claims.js'

/** Runs an issuer for tests. */
export const listen: Command = {
  usage: 'listen [--port NUMBER] [--issuer URL] [--audience URL] [--typ TYP] [--form FORM] [--alg ALG]',
  summary: 'runs an issuer for tests on a port, which makes good and hostile tokens',
  details: [
    'Serves metadata and keys on the loopback interface, until it is interrupted. Its keys are new each time.',
    'Tokens go to stdout, all else to stderr. A line on stdin asks for one: an empty line for a good token, a JSON',
    'object for one with these claims, expired, or the name of an attack, such as alg-none. More lines: rotate,',
    'outage on, outage off, help.',
  ],
  options: {
    port: { type: 'string', value: 'NUMBER', help: 'the port (default: a free one)' },
    issuer: { type: 'string', value: 'URL', help: 'iss (default: the address)' },
    audience: { type: 'string', value: 'URL', help: 'aud (default https://api.test)' },
    typ: { type: 'string', value: 'TYP', help: 'typ (default at+jwt)' },
    form: { type: 'string', value: 'FORM', help: 'signed, encrypted or nested (default signed)' },
    alg: { type: 'string', value: 'ALG', help: 'signature algorithm (default ES256)' },
  },
  positionals: { least: 0, most: 0 },
  async run(given, { lines, print, printError }) {
    const issuer = await createTestIssuer(optionsOf(given))
    const address = await issuer.listen(portOf(given))
    printError(
      `issuer    ${visibleText(issuer.issuer)}\nmetadata  ${address}/.well-known/openid-configuration\n`,
    )
    printError(
      `keys      ${address}/jwks\naudience  ${visibleText(given.text('audience') ?? 'https://api.test')}\n`,
    )
    printError(
      'The token below has no scopes. Type claims for another, such as {"scope":"orders:read"}, or help.\n',
    )
    print(`${await answerTo('', issuer)}\n`)
    try {
      for await (const line of lines()) {
        try {
          const answer = await answerTo(line.trim(), issuer)
          if (answer !== undefined) print(`${answer}\n`)
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

function optionsOf(given: Given): TestIssuerOptions {
  const options = {
    issuer: given.text('issuer'),
    audience: given.text('audience'),
    typ: given.text('typ'),
    form: given.text('form'),
    algorithm: given.text('alg'),
  }
  // createTestIssuer checks each of these values.
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as TestIssuerOptions
}

function portOf(given: Given): number {
  const text = given.text('port') ?? '0'
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new CommandError('usage', 'listen: --port must be a number up to 65535')
}

/** What a line on stdin asks for: a token, or a change, which answers nothing. */
async function answerTo(line: string, issuer: TestIssuer): Promise<string | undefined> {
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
