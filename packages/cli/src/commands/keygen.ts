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
import type { Command, Given } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { paintFor } from '../inspect/paint.js'
import { visibleJson } from '../inspect/visible-text.js'
import { withProgress } from '../progress.js'
import { passphraseOf } from '../read-text.js'
import { ringStore } from '../ring-file.js'
import { statusLines } from '../ring-status.js'
import type { Surroundings } from '../surroundings.js'
import { writeSecretFile } from '../write-secret-file.js'

type Jwk = ReturnType<typeof exportJwk>

/** Makes a key, or a ring of keys. */
export const keygen: Command = {
  usage: 'keygen ALG [--format jwk|pem] [--out FILE] | keygen ALG… --ring FILE',
  summary: 'makes a key, or a whole key ring',
  details: [
    'Prints the private key, unless --out says where to put it; then it prints the public half.',
    'A ring takes several algorithms, ECDH-ES with its curve: ES256 ECDH-ES:P-256 dir:A256GCM.',
  ],
  options: {
    format: { type: 'string', value: 'jwk|pem', help: 'how to write it (default jwk)' },
    out: {
      type: 'string',
      value: 'FILE',
      help: 'put the private key there, mode 0600; never over a file that exists',
    },
    kid: { type: 'string', value: 'ID', help: 'key ID (default: the thumbprint of a pair)' },
    enc: { type: 'string', value: 'ENC', help: 'content encryption; required for dir' },
    crv: { type: 'string', value: 'CURVE', help: 'curve; required for ECDH-ES' },
    'modulus-length': { type: 'string', value: 'BITS', help: 'size of an RSA key (default 2048)' },
    ring: { type: 'string', value: 'FILE', help: 'make a key ring in this file' },
    'max-age': { type: 'string', value: 'TIME', help: 'ring: max-age of the published key set (default 5m)' },
    'max-token-lifetime': {
      type: 'string',
      value: 'TIME',
      help: 'ring: the longest life of a token (default 1h)',
    },
    'rotate-every': {
      type: 'string',
      value: 'TIME',
      help: 'ring: how long the first keys stay active (default: until rotate)',
    },
    'clock-tolerance': {
      type: 'string',
      value: 'TIME',
      help: 'ring: how far clocks may be apart (default 1m)',
    },
    'reload-every': {
      type: 'string',
      value: 'TIME',
      help: 'ring: how often services read the file (default 30s)',
    },
    name: { type: 'string', value: 'NAME', help: 'ring: a name, so that no other ring can take its place' },
    'passphrase-file': { type: 'string', value: 'FILE', help: 'ring: seal it; else SEALBEARER_PASSPHRASE' },
  },
  positionals: { least: 1, most: 16 },
  async run(given, surroundings) {
    if (given.text('ring') !== undefined) return makeRing(given, surroundings)
    if (given.positionals.length > 1)
      throw new CommandError('usage', 'keygen: one algorithm, or --ring for several')
    const key = await withProgress(surroundings, 'making the key', makeKey(given))
    const format = given.text('format') ?? 'jwk'
    const out = given.text('out')
    const jwk = exportJwk(key)
    if (out === undefined) return surroundings.print(written(jwk, format, true))
    await writeSecretFile(out, written(jwk, format, true))
    const [publicJwk] = publicJwks(key).keys
    if (publicJwk !== undefined) surroundings.print(written(publicJwk, format, false))
  },
}

function makeKey(given: Given): Promise<Key> {
  const [alg] = given.positionals
  const bits = given.text('modulus-length')
  const options = {
    extractable: true,
    kid: given.text('kid'),
    enc: given.text('enc'),
    crv: given.text('crv'),
    modulusLength: bits === undefined ? undefined : Number(bits),
  }
  const named = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  // generateKey checks each of these values, and says what they may be.
  return generateKey(alg as Algorithm, named)
}

function written(jwk: Jwk, format: string, isPrivate: boolean): string {
  if (format === 'jwk') return `${visibleJson(jwk)}\n`
  if (format !== 'pem') throw new CommandError('usage', 'keygen: --format must be jwk or pem')
  if (jwk.kty === 'oct') throw new CommandError('usage', 'keygen: a secret has no PEM; leave --format out')
  const material = { format: 'jwk', key: { ...jwk } } as const
  return isPrivate
    ? String(createPrivateKey(material).export({ type: 'pkcs8', format: 'pem' }))
    : String(createPublicKey(material).export({ type: 'spki', format: 'pem' }))
}

async function makeRing(given: Given, surroundings: Surroundings): Promise<void> {
  const path = given.required('ring')
  const store = ringStore(path, await passphraseOf(given, surroundings))
  if ((await store.load()) !== undefined)
    throw new CommandError('file', 'keygen: there is a key ring already; use rotate')
  const bits = given.text('modulus-length')
  const name = given.text('name')
  const made = createKeyRing({
    keys: given.positionals.map((row) => ringRow(row, bits)),
    store,
    ...ringTimes(given),
    ...(name !== undefined && { name }),
  })
  const ring = await withProgress(surroundings, 'making keys', made)
  surroundings.print(statusLines(ring.status(), paintFor(surroundings.hasColours)))
}

const timeOptions = {
  maxAge: 'max-age',
  maxTokenLifetime: 'max-token-lifetime',
  rotateEvery: 'rotate-every',
  clockTolerance: 'clock-tolerance',
  reloadEvery: 'reload-every',
} as const

/** The times that were given; createKeyRing checks them. */
const ringTimes = (given: Given): { readonly [Name in keyof typeof timeOptions]?: Duration } =>
  Object.fromEntries(
    Object.entries(timeOptions)
      .map(([name, option]) => [name, given.duration(option)] as const)
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
