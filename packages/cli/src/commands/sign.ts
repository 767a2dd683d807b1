import { createIssuer } from '@sealbearer/core'
import type { Command } from '../command.js'
import { keyOptions } from '../key-options.js'
import { loadKeys, signatureAlgorithmOf } from '../load-keys.js'
import { readClaims } from '../read-claims.js'
import { readText } from '../read-text.js'

/** Issues a signed token. */
export const sign: Command = {
  usage: 'sign --key FROM --issuer URL --audience URL [--claims FILE] < claims.json',
  summary: 'issues a signed token with the claims on stdin',
  details: ['Anyone who holds it can read it. For confidential claims pipe it into encrypt.'],
  options: {
    ...keyOptions,
    claims: { type: 'string', value: 'FILE', help: 'JSON object of claims (default: stdin)' },
    issuer: { type: 'string', value: 'URL', help: 'iss' },
    audience: { type: 'string', multiple: true, value: 'URL', help: 'aud; may be given several times' },
    lifetime: { type: 'string', value: 'TIME', help: 'from iat to exp (default 15m)' },
    'max-lifetime': {
      type: 'string',
      value: 'TIME',
      help: 'the longest lifetime that is allowed (default 1h)',
    },
    typ: { type: 'string', value: 'TYP', help: 'typ of the header (default JWT; at+jwt for access tokens)' },
  },
  positionals: { least: 0, most: 0 },
  async run(given, surroundings) {
    const loaded = await loadKeys('key', given, surroundings)
    const algorithm = signatureAlgorithmOf('sign', loaded)
    const audience = given.texts('audience')
    const [only = ''] = audience
    const typ = given.text('typ')
    const maxLifetime = given.duration('max-lifetime')
    const issuer = createIssuer({
      issuer: given.required('issuer'),
      audience: audience.length === 1 ? only : audience,
      lifetime: given.duration('lifetime') ?? '15m',
      ...(maxLifetime !== undefined && { maxLifetime }),
      ...(typ !== undefined && { typ }),
      signature: { algorithm, keys: loaded.keys },
    })
    const text = await readText(given.text('claims') ?? '-', surroundings)
    const { token } = await issuer.issue(readClaims('sign', text))
    surroundings.print(`${token}\n`)
  },
}
