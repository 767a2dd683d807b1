import { createPrivateKey, createPublicKey } from 'node:crypto'
import {
  type Algorithm,
  createKeyRing,
  type Duration,
  exportJwk,
  generateKey,
  type Key,
  publicJwks,
} from '@sealbearer/core'
import type { Command, CommandArguments } from '../command.js'
import type { CommandContext } from '../command-context.js'
import { CommandError } from '../exit-codes.js'
import { paintFor } from '../inspect/paint.js'
import { visibleJson } from '../inspect/visible-text.js'
import { withProgress } from '../progress.js'
import { passphraseOf } from '../read-text.js'
import { ringStore } from '../ring-file.js'
import { statusLines } from '../ring-status.js'
import { writeSecretFile } from '../write-secret-file.js'

type Jwk = ReturnType<typeof exportJwk>

/** Generates a key, or a key ring. */
export const keygen: Command = {
  usage: 'keygen ALG [--format jwk|pem] [--out FILE] | keygen ALG… --ring FILE',
  summary: 'generates a key, or a key ring',
  details: [
    'Prints the private key. With --out, writes it to that file and prints the public key.',
    'A ring can have several algorithms, ECDH-ES with its curve: ES256 ECDH-ES:P-256 dir:A256GCM.',
  ],
  options: {
    format: { type: 'string', value: 'jwk|pem', help: 'output format (default jwk)' },
    out: {
      type: 'string',
      value: 'FILE',
      help: 'write the private key to this file, mode 0600; never overwrites a file',
    },
    kid: { type: 'string', value: 'ID', help: 'key ID (default: the thumbprint of a pair)' },
    enc: { type: 'string', value: 'ENC', help: 'content encryption; required for dir' },
    crv: { type: 'string', value: 'CURVE', help: 'curve; required for ECDH-ES' },
    'modulus-length': { type: 'string', value: 'BITS', help: 'size of an RSA key (default 2048)' },
    ring: { type: 'string', value: 'FILE', help: 'create a key ring in this file' },
    'max-age': { type: 'string', value: 'TIME', help: 'ring: max-age of the published key set (default 5m)' },
    'max-token-lifetime': {
      type: 'string',
      value: 'TIME',
      help: 'ring: maximum lifetime of a token (default 1h)',
    },
    'rotate-every': {
      type: 'string',
      value: 'TIME',
      help: 'ring: how long the first keys stay active (default: until rotate)',
    },
    'clock-tolerance': {
      type: 'string',
      value: 'TIME',
      help: 'ring: maximum difference of clocks (default 1m)',
    },
    'reload-every': {
      type: 'string',
      value: 'TIME',
      help: 'ring: how often services read the file (default 30s)',
    },
    name: { type: 'string', value: 'NAME', help: 'ring: a name; a ring of another name is rejected' },
    'passphrase-file': {
      type: 'string',
      value: 'FILE',
      help: 'ring: encrypt it (default: SEALBEARER_PASSPHRASE)',
    },
  },
  positionals: { min: 1, max: 16 },
  async run(args, context) {
    if (args.text('ring') !== undefined) return createRing(args, context)
    if (args.positionals.length > 1)
      throw new CommandError('usage', 'keygen: one algorithm, or --ring for several')
    const key = await withProgress(context, 'generating the key', createKey(args))
    const format = args.text('format') ?? 'jwk'
    const out = args.text('out')
    const jwk = exportJwk(key)
    if (out === undefined) return context.print(written(jwk, format, true))
    await writeSecretFile(out, written(jwk, format, true))
    const [publicJwk] = publicJwks(key).keys
    if (publicJwk !== undefined) context.print(written(publicJwk, format, false))
  },
}

function createKey(args: CommandArguments): Promise<Key> {
  const [alg] = args.positionals
  const bits = args.text('modulus-length')
  const options = {
    extractable: true,
    kid: args.text('kid'),
    enc: args.text('enc'),
    crv: args.text('crv'),
    modulusLength: bits === undefined ? undefined : Number(bits),
  }
  const named = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  // generateKey validates each of these values.
  return generateKey(alg as Algorithm, named)
}

function written(jwk: Jwk, format: string, isPrivate: boolean): string {
  if (format === 'jwk') return `${visibleJson(jwk)}\n`
  if (format !== 'pem') throw new CommandError('usage', 'keygen: --format must be jwk or pem')
  if (jwk.kty === 'oct') throw new CommandError('usage', 'keygen: a secret has no PEM form; omit --format')
  const material = { format: 'jwk', key: { ...jwk } } as const
  return isPrivate
    ? String(createPrivateKey(material).export({ type: 'pkcs8', format: 'pem' }))
    : String(createPublicKey(material).export({ type: 'spki', format: 'pem' }))
}

async function createRing(args: CommandArguments, context: CommandContext): Promise<void> {
  const path = args.required('ring')
  const store = ringStore(path, await passphraseOf(args, context))
  if ((await store.load()) !== undefined)
    throw new CommandError('file', 'keygen: the key ring exists already; use rotate')
  const bits = args.text('modulus-length')
  const name = args.text('name')
  const made = createKeyRing({
    keys: args.positionals.map((row) => ringRow(row, bits)),
    store,
    ...ringTimes(args),
    ...(name !== undefined && { name }),
  })
  const ring = await withProgress(context, 'generating keys', made)
  context.print(statusLines(ring.status(), paintFor(context.hasColours)))
}

const timeOptions = {
  maxAge: 'max-age',
  maxTokenLifetime: 'max-token-lifetime',
  rotateEvery: 'rotate-every',
  clockTolerance: 'clock-tolerance',
  reloadEvery: 'reload-every',
} as const

/** The given times; createKeyRing validates them. */
const ringTimes = (args: CommandArguments): { readonly [Name in keyof typeof timeOptions]?: Duration } =>
  Object.fromEntries(
    Object.entries(timeOptions)
      .map(([name, option]) => [name, args.duration(option)] as const)
      .filter(([, time]) => time !== undefined),
  )

/** `ES256`, `ECDH-ES:P-256`, `dir:A256GCM`. */
function ringRow(text: string, bits: string | undefined): { alg: Algorithm } {
  const [alg = '', detail] = text.split(':')
  const details = detail === undefined ? {} : detail.startsWith('A') ? { enc: detail } : { crv: detail }
  // createKeyRing checks these values.
  const isRsa = /^(RS|PS|RSA)/.test(alg)
  return {
    alg: alg as Algorithm,
    ...details,
    ...(isRsa && bits !== undefined && { modulusLength: Number(bits) }),
  }
}
