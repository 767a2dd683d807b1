import {
  type ContentEncryptionAlgorithm,
  createVerifier,
  type KeyManagementAlgorithm,
  type SignatureAlgorithm,
} from '@sealbearer/core'
import type { Command, CommandOption, Given } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { visibleJson } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { keyManagementOf, loadKeys, signatureAlgorithmsOf } from '../load-keys.js'
import { readToken } from '../read-text.js'
import type { Surroundings } from '../surroundings.js'
import { contentEncryptions } from './decrypt.js'

const policyOptions: Readonly<Record<string, CommandOption>> = {
  issuer: { type: 'string', multiple: true, value: 'URL', help: 'the iss that is accepted' },
  audience: { type: 'string', multiple: true, value: 'URL', help: "who we are, or 'any'" },
  typ: { type: 'string', multiple: true, value: 'TYP', help: "the typ that is accepted, 'none' or 'any'" },
  'clock-tolerance': { type: 'string', value: 'TIME', help: 'how far clocks may be apart (default 0)' },
  'max-token-age': { type: 'string', value: 'TIME', help: 'refuse what was issued longer ago' },
}

/** Verifies a token under a policy. */
export const verify: Command = {
  usage: 'verify --key FROM --issuer URL --audience URL --typ TYP [--decrypt-key FROM] < token',
  summary: 'verifies a token and prints its claims',
  details: [
    'A policy names the form: with --decrypt-key only nested tokens are accepted, without it only signed ones.',
    '--key may be the https: address of a JWK Set; then --alg says which algorithms are accepted.',
  ],
  options: {
    ...keyOptions,
    ...policyOptions,
    in: { type: 'string', value: 'FILE', help: 'the token (default: stdin)' },
    'decrypt-key': { type: 'string', value: 'FROM', help: 'the private key that decrypts the token' },
    'decrypt-alg': { type: 'string', value: 'ALG', help: 'its algorithm, where the key does not say' },
  },
  positionals: { least: 0, most: 0 },
  async run(given, surroundings) {
    const loaded = await loadKeys('key', given, surroundings)
    const algorithms = signatureAlgorithmsOf(loaded)
    if (algorithms.length === 0)
      throw new CommandError('usage', 'verify: say with --alg which algorithms are accepted')
    const [tolerance, maxTokenAge] = [given.duration('clock-tolerance'), given.duration('max-token-age')]
    given.required('audience')
    given.required('typ')
    given.required('issuer')
    const typ = given.texts('typ').map((name) => (name === 'none' ? null : name))
    const audience = given.texts('audience')
    const issuer = given.texts('issuer')
    const policy = {
      issuer,
      audience: audience[0] === 'any' ? 'any' : audience,
      typ: typ[0] === 'any' ? 'any' : typ,
      // createVerifier checks each of them.
      signature: {
        algorithms: algorithms as readonly SignatureAlgorithm[],
        keys: loaded.keys,
        // The keys are named once for one token, and so for each of the issuers that it may come from.
        ...(issuer.length > 1 && { sharedByIssuers: true as const }),
      },
      ...(tolerance !== undefined && { clockTolerance: tolerance }),
      ...(maxTokenAge !== undefined && { maxTokenAge }),
    }
    const encryption = await encryptionOf(given, surroundings)
    const verifier =
      encryption === undefined ? createVerifier(policy) : createVerifier({ ...policy, encryption })
    const { claims } = await verifier.verify(await readToken(given, surroundings))
    surroundings.print(`${visibleJson(claims)}\n`)
  },
}

async function encryptionOf(given: Given, surroundings: Surroundings) {
  if (given.text('decrypt-key') === undefined) return undefined
  const alg = given.texts('decrypt-alg')
  const own: Given = { ...given, texts: (name) => (name === 'alg' ? alg : given.texts(name)) }
  const loaded = await loadKeys('decrypt-key', own, surroundings)
  const enc = given.text('enc')
  return {
    // createVerifier checks both.
    keyManagement: keyManagementOf(loaded) as readonly KeyManagementAlgorithm[],
    contentEncryption: enc === undefined ? contentEncryptions : [enc as ContentEncryptionAlgorithm],
    keys: loaded.keys,
  }
}
