import type { JsonObject } from '@sealbearer/core/internal'
import { signJws } from '@sealbearer/core/jose'
import { providerTokens } from '@sealbearer/testing'
import type { Command, CommandArguments } from '../command.js'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../exit-codes.js'
import { keyOptions } from '../key-options.js'
import { loadKeys, signatureAlgorithmOf } from '../load-keys.js'
import { nearest } from '../nearest.js'
import { readClaims } from '../read-claims.js'
import { readText } from '../read-text.js'

const names = Object.fromEntries(
  Object.keys(providerTokens).map((name) => [name.toLowerCase().replace(/ .*/, ''), name]),
)

/** Creates a token with the claims of a provider, for tests. */
export const mint: Command = {
  usage: `mint --provider ${Object.keys(names).join('|')} --key FROM [--claims FILE]`,
  summary: 'creates a token with the claims of a provider, for tests',
  details: [
    'The claims are those that the provider documents; names in capitals are placeholders. --claims replaces members,',
    'and null omits one. The token is signed with your own key: only verifiers that trust it accept the token.',
  ],
  options: {
    provider: { type: 'string', value: 'NAME', help: Object.keys(names).join(', ') },
    key: keyOptions.key,
    alg: keyOptions.alg,
    encoding: keyOptions.encoding,
    'passphrase-file': keyOptions['passphrase-file'],
    claims: {
      type: 'string',
      value: 'FILE',
      help: 'JSON object of claims that replace those of the provider',
    },
    issuer: { type: 'string', value: 'URL', help: 'iss' },
    audience: { type: 'string', multiple: true, value: 'URL', help: 'aud; may be given several times' },
    'id-token': { type: 'boolean', help: 'an ID token, which an API must refuse' },
    lifetime: { type: 'string', value: 'SECONDS', help: 'from iat to exp (default 300)' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const { header, claims, idToken } = providerOf(args)
    const loaded = await loadKeys('key', args, context)
    const algorithm = signatureAlgorithmOf('mint', loaded)
    if (args.flag('id-token') && idToken === undefined)
      throw new CommandError('usage', 'mint: the tokens of this provider are ID tokens already')
    const now = Math.floor(Date.now() / 1000)
    const audience = args.texts('audience')
    const members = {
      ...claims,
      ...(args.flag('id-token') && idToken),
      ...(args.text('issuer') !== undefined && { iss: args.text('issuer') }),
      ...(audience.length > 0 && { aud: audience.length === 1 ? audience[0] : audience }),
      iat: now,
      exp: now + lifetimeOf(args),
      ...(await givenClaims(args, context)),
    }
    const present = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
    const token = await signJws(new TextEncoder().encode(JSON.stringify(present)), {
      algorithm,
      key: loaded.keys,
      protectedHeader: header,
    })
    context.print(`${token}\n`)
  },
}

function providerOf(args: CommandArguments): (typeof providerTokens)[string] {
  const asked = args.required('provider').toLowerCase()
  const found = providerTokens[names[asked] ?? '']
  if (found !== undefined) return found
  const meant = nearest(asked, Object.keys(names))
  const suggestion = meant === undefined ? '' : `, did you mean ${meant}?`
  throw new CommandError(
    'usage',
    `mint: no such provider${suggestion}; there are ${Object.keys(names).join(', ')}`,
  )
}

function lifetimeOf(args: CommandArguments): number {
  const text = args.text('lifetime') ?? '300'
  // Negative for expired tokens.
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw new CommandError('usage', 'mint: --lifetime must be a number of seconds')
}

async function givenClaims(args: CommandArguments, context: CommandContext): Promise<JsonObject> {
  const from = args.text('claims')
  return from === undefined ? {} : readClaims('mint', await readText(from, context))
}
