import {
  type Algorithm,
  createKeySet,
  createMemoryStore,
  createRemoteKeySet,
  importKey,
  importSecret,
  type Keys,
  type RemoteKeySet,
  type SignatureAlgorithm,
} from '@sealbearer/core'
import { parseJsonObject } from '@sealbearer/core/internal'
import type { Given } from './command.js'
import { CommandError } from './exit-codes.js'
import { passphraseOf, readText } from './read-text.js'
import { isRingText, ringCopy, ringStore } from './ring-file.js'
import type { Surroundings } from './surroundings.js'

/** Keys, and what they say they are for. */
export interface LoadedKeys {
  readonly keys: Keys
  readonly algorithms: readonly string[]
  /** The keys again, where they come from an address and have yet to be loaded. */
  readonly remote?: RemoteKeySet
}

interface JwkLike {
  readonly kty?: string
  readonly alg?: string
  readonly keys?: readonly JwkLike[]
}

/** Loads the keys that an option names: a JWK, a JWK Set, PEM, a key ring, a secret, or an https: address. */
export async function loadKeys(
  option: string,
  given: Given,
  surroundings: Surroundings,
): Promise<LoadedKeys> {
  const from = given.required(option)
  const told = given.texts('alg')
  if (/^https?:/.test(from)) {
    const remote = createRemoteKeySet(from)
    return { keys: remote, algorithms: told, remote }
  }
  const text = await readText(from, surroundings)
  const enc = given.text('enc')
  const encoding = given.text('encoding')
  // Core checks alg, enc and encoding, and says what they may be.
  const description = (alg: string | undefined, ownEnc?: string) =>
    ({ alg, ...(alg === 'dir' && { enc: enc ?? ownEnc }) }) as { alg: Algorithm }
  if (encoding !== undefined) {
    const options = { ...description(one(told, option)), encoding: encoding as 'utf8' }
    return { keys: importSecret(text.replace(/\r?\n$/, ''), options), algorithms: told }
  }
  if (isRingText(text)) return loadRing(from, text, given, surroundings)
  if (text.trimStart().startsWith('-----BEGIN')) {
    return { keys: await importKey(text, description(one(told, option))), algorithms: told }
  }
  const jwk = readJwk(text)
  if (Array.isArray(jwk.keys)) {
    const algorithms = jwk.keys.flatMap(({ alg }) => (alg === undefined ? [] : algorithmOf(alg)))
    // A JWK Set by its shape; keySet checks what is in it.
    const keys = await createKeySet(jwk as Parameters<typeof createKeySet>[0])
    return { keys, algorithms: told.length > 0 ? told : [...new Set(algorithms)] }
  }
  const named = told[0] ?? jwk.alg ?? one(told, option)
  const alg = algorithmOf(named)
  // A secret that is the content encryption key itself is named by what it encrypts with.
  const described = alg === named ? description(alg) : { alg: alg as Algorithm, enc: named as 'A256GCM' }
  return {
    keys: await importKey({ ...jwk } as Parameters<typeof importKey>[0], described),
    algorithms: [alg],
  }
}

/** What a JWK is for: RFC 7517 §4.4 lets one for `dir` name its "enc" as "alg". */
const algorithmOf = (alg: string): string => (/^A\d+(?:GCM|CBC-HS\d+)$/.test(alg) ? 'dir' : alg)

async function loadRing(
  from: string,
  text: string,
  given: Given,
  surroundings: Surroundings,
): Promise<LoadedKeys> {
  const passphrase = await passphraseOf(given, surroundings)
  const isFile = from !== '-' && !from.startsWith('env:')
  const store = isFile ? ringStore(from, passphrase) : createMemoryStore()
  if (!isFile) await store.save(text, undefined)
  const keys = await ringCopy(store)
  return { keys, algorithms: [...new Set(keys.status().map(({ alg }) => alg))] }
}

function readJwk(text: string): JwkLike {
  // Only its shape is looked at here.
  const value: JwkLike | undefined = parseJsonObject(text)
  if (value !== undefined) return value
  // Without the parser's own message, which would quote the key.
  throw new CommandError(
    'usage',
    'the key is no JWK, JWK Set, PEM or key ring, or has a member twice; the text of a secret needs --encoding',
  )
}

function one(algorithms: readonly string[], option: string): string {
  const [alg, ...more] = algorithms
  if (alg === undefined || more.length > 0)
    throw new CommandError('usage', `--${option} needs one --alg: the key does not say what it is for`)
  return alg
}

const isKeyManagement = (alg: string): boolean => /^(dir|RSA|ECDH-ES|A\d+(GCM)?KW)/.test(alg)

/** The algorithms of keys that sign. */
export const signatureAlgorithmsOf = ({ algorithms }: LoadedKeys): readonly string[] =>
  algorithms.filter((alg) => !isKeyManagement(alg))

/**
 * The one algorithm that the keys sign with.
 *
 * @throws {CommandError} `usage` for none or several.
 */
export function signatureAlgorithmOf(command: string, keys: LoadedKeys): SignatureAlgorithm {
  const [algorithm, ...more] = signatureAlgorithmsOf(keys)
  if (algorithm === undefined || more.length > 0) {
    throw new CommandError('usage', `${command}: say which with one --alg`)
  }
  // Core checks it where it is used.
  return algorithm as SignatureAlgorithm
}

/** The algorithms of keys that encrypt. */
export const keyManagementOf = ({ algorithms }: LoadedKeys): readonly string[] =>
  algorithms.filter(isKeyManagement)
