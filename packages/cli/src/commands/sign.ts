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
      help: 'maximum lifetime (default 1h)',
    },
    typ: { type: 'string', value: 'TYP', help: 'typ of the header (default JWT; at+jwt for access tokens)' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const loaded = await loadKeys('key', args, context)
    const algorithm = signatureAlgorithmOf('sign', loaded)
    const audience = args.texts('audience')
    const [only = ''] = audience
    const typ = args.text('typ')
    const maxLifetime = args.duration('max-lifetime')
    const issuer = createIssuer({
      issuer: args.required('issuer'),
      audience: audience.length === 1 ? only : audience,
      lifetime: args.duration('lifetime') ?? '15m',
      ...(maxLifetime !== undefined && { maxLifetime }),
      ...(typ !== undefined && { typ }),
      signature: { algorithm, keys: loaded.keys },
    })
    const text = await readText(args.text('claims') ?? '-', context)
    const { token } = await issuer.issue(readClaims('sign', text))
    context.print(`${token}\n`)
  },
}
