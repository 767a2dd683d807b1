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
import type { CommandArguments } from './command.js'
import type { CommandContext } from './command-context.js'
import { CommandError } from './exit-codes.js'
import { passphraseOf, readText } from './read-text.js'
import { isRingText, ringCopy, ringStore } from './ring-file.js'

/** Keys, and the algorithms that they are for. */
export interface LoadedKeys {
  readonly keys: Keys
  readonly algorithms: readonly string[]
  /** The same keys, if they are remote and not loaded yet. */
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
  args: CommandArguments,
  context: CommandContext,
): Promise<LoadedKeys> {
  const from = args.required(option)
  const requested = args.texts('alg')
  if (/^https?:/.test(from)) {
    const remote = createRemoteKeySet(from)
    return { keys: remote, algorithms: requested, remote }
  }
  const text = await readText(from, context)
  const enc = args.text('enc')
  const encoding = args.text('encoding')
  // Core validates alg, enc and encoding.
  const description = (alg: string | undefined, ownEnc?: string) =>
    ({ alg, ...(alg === 'dir' && { enc: enc ?? ownEnc }) }) as { alg: Algorithm }
  if (encoding !== undefined) {
    const options = { ...description(onlyOne(requested, option)), encoding: encoding as 'utf8' }
    return { keys: importSecret(text.replace(/\r?\n$/, ''), options), algorithms: requested }
  }
  if (isRingText(text)) return loadRing(from, text, args, context)
  if (text.trimStart().startsWith('-----BEGIN')) {
    return { keys: await importKey(text, description(onlyOne(requested, option))), algorithms: requested }
  }
  const jwk = readJwk(text)
  if (Array.isArray(jwk.keys)) {
    const algorithms = jwk.keys.flatMap(({ alg }) => (alg === undefined ? [] : algorithmOf(alg)))
    // A JWK Set by its shape; createKeySet checks the keys.
    const keys = await createKeySet(jwk as Parameters<typeof createKeySet>[0])
    return { keys, algorithms: requested.length > 0 ? requested : [...new Set(algorithms)] }
  }
  const named = requested[0] ?? jwk.alg ?? onlyOne(requested, option)
  const alg = algorithmOf(named)
  // For `dir`, the secret is the content encryption key, and can name that algorithm.
  const described = alg === named ? description(alg) : { alg: alg as Algorithm, enc: named as 'A256GCM' }
  return {
    keys: await importKey({ ...jwk } as Parameters<typeof importKey>[0], described),
    algorithms: [alg],
  }
}

/** The algorithm of a JWK. One for `dir` may have its "enc" as "alg" (RFC 7517 §4.4). */
const algorithmOf = (alg: string): string => (/^A\d+(?:GCM|CBC-HS\d+)$/.test(alg) ? 'dir' : alg)

async function loadRing(
  from: string,
  text: string,
  args: CommandArguments,
  context: CommandContext,
): Promise<LoadedKeys> {
  const passphrase = await passphraseOf(args, context)
  const isFile = from !== '-' && !from.startsWith('env:')
  const store = isFile ? ringStore(from, passphrase) : createMemoryStore()
  if (!isFile) await store.save(text, undefined)
  const keys = await ringCopy(store)
  return { keys, algorithms: [...new Set(keys.status().map(({ alg }) => alg))] }
}

function readJwk(text: string): JwkLike {
  // Only the shape is read here; core validates the members.
  const value: JwkLike | undefined = parseJsonObject(text)
  if (value !== undefined) return value
  // Without the parser's own message, which would contain the key.
  throw new CommandError(
    'usage',
    'the key is not a JWK, JWK Set, PEM or key ring, or has a duplicate member; for the text of a secret, use --encoding',
  )
}

function onlyOne(algorithms: readonly string[], option: string): string {
  const [alg, ...more] = algorithms
  if (alg === undefined || more.length > 0)
    throw new CommandError(
      'usage',
      `--${option} needs one --alg, because the key does not name its algorithm`,
    )
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
    throw new CommandError('usage', `${command}: choose one algorithm with --alg`)
  }
  // Core validates it.
  return algorithm as SignatureAlgorithm
}

/** The algorithms of keys that encrypt. */
export const keyManagementOf = ({ algorithms }: LoadedKeys): readonly string[] =>
  algorithms.filter(isKeyManagement)
