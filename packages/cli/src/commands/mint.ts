import type { JsonObject } from '@sealbearer/core/internal'
import { signJws } from '@sealbearer/core/jose'
import { providerTokens } from '@sealbearer/testing'
import type { Command, Given } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { keyOptions } from '../key-options.js'
import { loadKeys, signatureAlgorithmOf } from '../load-keys.js'
import { nearest } from '../nearest.js'
import { readClaims } from '../read-claims.js'
import { readText } from '../read-text.js'
import type { Surroundings } from '../surroundings.js'

const names = Object.fromEntries(
  Object.keys(providerTokens).map((name) => [name.toLowerCase().replace(/ .*/, ''), name]),
)

/** Makes a token that looks like one of a provider, for tests. */
export const mint: Command = {
  usage: `mint --provider ${Object.keys(names).join('|')} --key FROM [--claims FILE]`,
  summary: 'makes a token with the claims of a provider, for tests',
  details: [
    'The shape is what the provider documents; the names in capitals are placeholders. --claims replaces members,',
    'and null leaves one out. The key is your own, so only what trusts that accepts the token.',
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
  positionals: { least: 0, most: 0 },
  async run(given, surroundings) {
    const { header, claims, idToken } = providerOf(given)
    const loaded = await loadKeys('key', given, surroundings)
    const algorithm = signatureAlgorithmOf('mint', loaded)
    if (given.flag('id-token') && idToken === undefined)
      throw new CommandError('usage', 'mint: the tokens of this provider are ID tokens already')
    const now = Math.floor(Date.now() / 1000)
    const audience = given.texts('audience')
    const members = {
      ...claims,
      ...(given.flag('id-token') && idToken),
      ...(given.text('issuer') !== undefined && { iss: given.text('issuer') }),
      ...(audience.length > 0 && { aud: audience.length === 1 ? audience[0] : audience }),
      iat: now,
      exp: now + lifetimeOf(given),
      ...(await givenClaims(given, surroundings)),
    }
    const present = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
    const token = await signJws(new TextEncoder().encode(JSON.stringify(present)), {
      algorithm,
      key: loaded.keys,
      protectedHeader: header,
    })
    surroundings.print(`${token}\n`)
  },
}

function providerOf(given: Given): (typeof providerTokens)[string] {
  const asked = given.required('provider').toLowerCase()
  const found = providerTokens[names[asked] ?? '']
  if (found !== undefined) return found
  const meant = nearest(asked, Object.keys(names))
  const suggestion = meant === undefined ? '' : `, did you mean ${meant}?`
  throw new CommandError(
    'usage',
    `mint: no such provider${suggestion}; there are ${Object.keys(names).join(', ')}`,
  )
}

function lifetimeOf(given: Given): number {
  const text = given.text('lifetime') ?? '300'
  // Negative ones make expired tokens.
  if (/^-?\d{1,9}$/.test(text)) return Number(text)
  throw new CommandError('usage', 'mint: --lifetime must be a number of seconds')
}

async function givenClaims(given: Given, surroundings: Surroundings): Promise<JsonObject> {
  const from = given.text('claims')
  return from === undefined ? {} : readClaims('mint', await readText(from, surroundings))
}
