import {
  type ContentEncryptionAlgorithm,
  createVerifier,
  type KeyManagementAlgorithm,
  type SignatureAlgorithm,
} from '@sealbearer/core'
import type { Command, CommandArguments, CommandOption } from '../command.js'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../exit-codes.js'
import { visibleJson } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { keyManagementOf, loadKeys, signatureAlgorithmsOf } from '../load-keys.js'
import { readToken } from '../read-text.js'
import { contentEncryptions } from './decrypt.js'

const policyOptions: Readonly<Record<string, CommandOption>> = {
  issuer: { type: 'string', multiple: true, value: 'URL', help: 'the iss that is accepted' },
  audience: { type: 'string', multiple: true, value: 'URL', help: "the aud that is accepted, or 'any'" },
  typ: { type: 'string', multiple: true, value: 'TYP', help: "the typ that is accepted, 'none' or 'any'" },
  'clock-tolerance': { type: 'string', value: 'TIME', help: 'maximum difference of clocks (default 0)' },
  'max-token-age': { type: 'string', value: 'TIME', help: 'maximum time since iat' },
}

/** Verifies a token under a policy. */
export const verify: Command = {
  usage: 'verify --key FROM --issuer URL --audience URL --typ TYP [--decrypt-key FROM] < token',
  summary: 'verifies a token and prints its claims',
  details: [
    'A policy names the form: with --decrypt-key only nested tokens are accepted, without it only signed ones.',
    '--key may be the https: address of a JWK Set; then --alg names the accepted algorithms.',
  ],
  options: {
    ...keyOptions,
    ...policyOptions,
    in: { type: 'string', value: 'FILE', help: 'the token (default: stdin)' },
    'decrypt-key': { type: 'string', value: 'FROM', help: 'the private key that decrypts the token' },
    'decrypt-alg': { type: 'string', value: 'ALG', help: 'its algorithm, if the key does not name one' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const loaded = await loadKeys('key', args, context)
    const algorithms = signatureAlgorithmsOf(loaded)
    if (algorithms.length === 0)
      throw new CommandError('usage', 'verify: name the accepted algorithms with --alg')
    const [tolerance, maxTokenAge] = [args.duration('clock-tolerance'), args.duration('max-token-age')]
    args.required('audience')
    args.required('typ')
    args.required('issuer')
    const typ = args.texts('typ').map((name) => (name === 'none' ? null : name))
    const audience = args.texts('audience')
    const issuer = args.texts('issuer')
    const policy = {
      issuer,
      audience: audience[0] === 'any' ? 'any' : audience,
      typ: typ[0] === 'any' ? 'any' : typ,
      // createVerifier checks each of them.
      signature: {
        algorithms: algorithms as readonly SignatureAlgorithm[],
        keys: loaded.keys,
        // The same keys verify the tokens of each issuer.
        ...(issuer.length > 1 && { sharedByIssuers: true as const }),
      },
      ...(tolerance !== undefined && { clockTolerance: tolerance }),
      ...(maxTokenAge !== undefined && { maxTokenAge }),
    }
    const encryption = await encryptionOf(args, context)
    const verifier =
      encryption === undefined ? createVerifier(policy) : createVerifier({ ...policy, encryption })
    const { claims } = await verifier.verify(await readToken(args, context))
    context.print(`${visibleJson(claims)}\n`)
  },
}

async function encryptionOf(args: CommandArguments, context: CommandContext) {
  if (args.text('decrypt-key') === undefined) return undefined
  const alg = args.texts('decrypt-alg')
  const own: CommandArguments = { ...args, texts: (name) => (name === 'alg' ? alg : args.texts(name)) }
  const loaded = await loadKeys('decrypt-key', own, context)
  const enc = args.text('enc')
  return {
    // createVerifier checks both.
    keyManagement: keyManagementOf(loaded) as readonly KeyManagementAlgorithm[],
    contentEncryption: enc === undefined ? contentEncryptions : [enc as ContentEncryptionAlgorithm],
    keys: loaded.keys,
  }
}
