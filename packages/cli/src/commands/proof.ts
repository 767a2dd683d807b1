import { generateKey, type Key, publicJwks, type SignatureAlgorithm } from '@sealbearer/core'
import { signJws } from '@sealbearer/core/jose'
import type { Command, CommandArguments } from '../command.js'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../exit-codes.js'
import { visibleJson } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { loadKeys, signatureAlgorithmOf } from '../load-keys.js'
import { readText } from '../read-text.js'

/** Creates a DPoP proof (RFC 9449 §4.2). */
export const proof: Command = {
  usage: 'proof --url URL [--method GET] [--token FROM] [--nonce NONCE] [--key FROM] [--json]',
  summary: "creates a DPoP proof for a request, the value of its header 'DPoP'",
  details: [
    'The access token must be bound to the key: --json prints the thumbprint for "cnf".',
    'Without --key, the proof is signed with a new key, which is then discarded.',
    'Without --token, it has no "ath", as for a token endpoint.',
  ],
  options: {
    url: {
      type: 'string',
      value: 'URL',
      help: 'the address of the request; query and fragment are omitted',
    },
    method: { type: 'string', value: 'METHOD', help: 'the method of the request (default GET)' },
    token: { type: 'string', value: 'FROM', help: 'the access token of the request' },
    nonce: { type: 'string', value: 'NONCE', help: "the latest 'DPoP-Nonce' of the server" },
    json: { type: 'boolean', help: 'print JSON: the proof, and the "cnf" of tokens bound to the key' },
    key: { ...keyOptions.key, help: 'the private key of the client; a pair, not a secret' },
    alg: keyOptions.alg,
    'passphrase-file': keyOptions['passphrase-file'],
  },
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const url = addressOf(args)
    const { keys, algorithm } = await signingKey(args, context)
    const published = publicJwks(keys).keys.find(({ alg }) => alg === algorithm)
    if (published === undefined)
      throw new CommandError('usage', 'proof: a secret cannot sign a proof; use a key pair')
    const { kty, crv, x, y, n, e, pub, alg } = published
    const akp = kty === 'AKP' ? { alg } : {}
    // RFC 7638 §3.2: the members that a thumbprint covers, in the order of their names.
    const jwk = Object.fromEntries(
      Object.entries({ ...akp, crv, e, kty, n, pub, x, y }).filter(([, value]) => value !== undefined),
    )
    const token = args.text('token')
    const claims = {
      jti: crypto.randomUUID(),
      htm: args.text('method') ?? 'GET',
      htu: url.origin + url.pathname,
      iat: Math.floor(Date.now() / 1000),
      ...(token !== undefined && { ath: await hashOf((await readText(token, context)).trim()) }),
      ...(args.text('nonce') !== undefined && { nonce: args.text('nonce') }),
    }
    const made = await signJws(new TextEncoder().encode(JSON.stringify(claims)), {
      algorithm,
      key: keys,
      protectedHeader: { typ: 'dpop+jwt', jwk },
    })
    if (!args.flag('json')) return context.print(`${made}\n`)
    const confirmation = { jkt: await hashOf(JSON.stringify(jwk)) }
    context.print(`${visibleJson({ proof: made, cnf: confirmation })}\n`)
  },
}

function addressOf(args: CommandArguments): URL {
  const text = args.required('url')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url
  throw new CommandError('usage', 'proof: --url must be an absolute http: or https: URL')
}

async function signingKey(
  args: CommandArguments,
  context: CommandContext,
): Promise<{ keys: Parameters<typeof publicJwks>[0]; algorithm: SignatureAlgorithm }> {
  if (args.text('key') === undefined) {
    const key: Key = await generateKey('ES256')
    return { keys: key, algorithm: 'ES256' }
  }
  const loaded = await loadKeys('key', args, context)
  return { keys: loaded.keys, algorithm: signatureAlgorithmOf('proof', loaded) }
}

/** Of `ath` (RFC 9449 §4.2) and of thumbprints (RFC 7638 §3). */
async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Buffer.from(digest).toString('base64url')
}
