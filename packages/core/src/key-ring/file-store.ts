import { createHash, randomBytes, scrypt } from 'node:crypto'
import { open } from 'node:fs/promises'
import { readBounded } from '../bounded-read.js'
import { isJsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { decodeUnverified } from '../jwt/decode.js'
import type { Key } from '../keys/key.js'
import { keyFromBytes } from '../keys/secret.js'
import { checkMembers } from '../options.js'
import { warn } from '../warning.js'
import { accessOf, replaceFile, targetOf } from './atomic-replace.js'
import { type FileLock, withFileLock } from './file-lock.js'
import { keySealing, openRing, ringContentType, type Sealing, storeBehind } from './sealed-store.js'
import { type KeyRingStore, maxStoredRing, type StoredRing } from './store.js'

/**
 * How a file stores a ring. With neither option, the file contains private keys in plaintext, readable only by its
 * owner.
 */
export interface FileStoreOptions {
  /**
   * Encrypts the file under this secret (`dir`, `A256KW`, …). Of several, the first encrypts and all decrypt.
   *
   * @default the file is not encrypted
   */
  readonly key?: Key | readonly Key[]
  /**
   * Encrypts the file under a key derived with scrypt from this text of at least 12 characters.
   *
   * @default the file is not encrypted
   */
  readonly passphrase?: string
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const versionOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

const tooLarge = (): Error => new SealbearerError('SB_RING_UNREADABLE', 'size')

async function readExisting(path: string): Promise<string | undefined> {
  try {
    const file = await open(path)
    // The stream closes the file.
    const bytes = await readBounded(file.createReadStream(), maxStoredRing, tooLarge)
    return Buffer.from(bytes).toString('utf8')
  } catch (error) {
    // Only a missing file is an empty ring; an unreadable one is an error.
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Contains the digest of the last saved text, and during a save also of the next one. */
const markOf = (path: string): string => `${path}.seen`

const writeMark = async (path: string, versions: readonly string[], lock: FileLock): Promise<void> =>
  replaceFile(markOf(path), `${versions.join('\n')}\n`, lock, await accessOf(path))

/**
 * Reads the ring and the digest of the last save. The digest is read before and after: if it is unchanged, there was no
 * save in between.
 *
 * @throws {SealbearerError} `SB_RING_MISSING` if a ring was saved here and the file is missing.
 */
async function readStored(path: string): Promise<StoredRing | undefined> {
  let mark = await readExisting(markOf(path))
  for (;;) {
    const text = await readExisting(path)
    const before = mark
    mark = await readExisting(markOf(path))
    if (mark !== before) continue
    if (text === undefined && mark === undefined) return undefined
    if (text === undefined) throw new SealbearerError('SB_RING_MISSING')
    const version = versionOf(text)
    const isLast = mark === undefined || mark.split('\n').includes(version)
    return isLast ? { text, version } : { text, version, isOutdated: true }
  }
}

async function save(
  path: string,
  text: string,
  replaces: string | undefined,
  lock: FileLock,
): Promise<string | undefined> {
  const stored = await readStored(path)
  if (stored?.version !== replaces) return undefined
  const version = versionOf(text)
  if (stored !== undefined) await writeMark(path, [stored.version, version], lock)
  await replaceFile(path, text, lock)
  // The ring is saved at this point, and the earlier digest file accepts it: a full disk must not cause a failure here.
  await writeMark(path, [version], lock).catch(() => {})
  return version
}

/** Creates a function that prints a warning once if other users can change or read a ring. */
function accessCheck(path: string, isSealed: boolean): () => Promise<void> {
  let isDone = process.platform === 'win32'
  return async () => {
    if (isDone) return
    const access = await accessOf(path)
    if (access === undefined) return
    isDone = true
    if ((access.mode & 0o002) !== 0) {
      warn('the file of the key ring is writable for every user; use mode 0600', 'SB_RING_ACCESS')
    } else if (!isSealed && (access.mode & 0o004) !== 0) {
      warn(
        'the file of the key ring contains private keys in plaintext and is readable for every user; use mode 0600',
        'SB_RING_ACCESS',
      )
    }
  }
}

/**
 * Stores a key ring in a file, which any number of processes can share: each change replaces the whole file under a
 * lock file (`<path>.lock`), which becomes invalid after a crash. A new file has mode 0600; later changes preserve its
 * owner, group and mode, but not access control lists.
 *
 * With `key` or `passphrase` the file is a JWE with `cty: jwk-set+json` (RFC 7517 §7), never plaintext, and any other
 * file is rejected. The folder must be writable, on a file system with atomic renames.
 *
 * The file `<path>.seen` contains the digest of the last saved ring. An older version that was restored is therefore
 * rejected with `SB_RING_REPLACED`, and a missing one with `SB_RING_MISSING`, also by processes that start later. To go
 * back or start over on purpose, delete `<path>.seen` as well. It cannot be detected if both files are restored or
 * deleted: with a snapshot of the whole folder, or by an attacker who can write to it.
 *
 * @throws {TypeError} for invalid options. Errors of the file system are passed on unchanged.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-7 RFC 7517 §7}
 */
export function createFileStore(path: string, options: FileStoreOptions = {}): KeyRingStore {
  if (typeof path !== 'string' || path === '') throw new TypeError('path: must be the path of a file')
  checkMembers('createFileStore', options, ['key', 'passphrase'])
  const sealing = sealingOption(options)
  const checkAccess = accessCheck(path, sealing !== undefined)
  const store: KeyRingStore = Object.freeze({
    async load() {
      await checkAccess()
      // The digest file is next to the file itself, not next to a link to it.
      return readStored(await targetOf(path).catch(() => path))
    },
    async save(text: string, replaces: string | undefined) {
      const target = await targetOf(path)
      return withFileLock(target, (lock) => save(target, text, replaces, lock))
    },
  })
  return sealing === undefined ? store : storeBehind(store, sealing)
}

function sealingOption({ key, passphrase }: FileStoreOptions): Sealing | undefined {
  if (key !== undefined && passphrase !== undefined)
    throw new TypeError('createFileStore: set key or passphrase, not both')
  if (key !== undefined) return keySealing('key', key)
  return passphrase === undefined ? undefined : passphraseSealing(passphrase)
}

/**
 * RFC 7914; 2^17 takes 128 MiB and some tenths of a second. Bounded, because a file must not determine the cost of
 * opening it.
 */
const cost = 2 ** 17
const blockSize = 8
const costs = [2 ** 15, 2 ** 16, cost, 2 ** 18]

/** Each guess is as expensive as opening the file, but a short text needs too few guesses. */
const minCharacters = 12

const dir = { alg: 'dir', enc: 'A256GCM' } as const

interface Derivation {
  readonly salt: Buffer
  readonly n: number
}

function derive(passphrase: string, { salt, n }: Derivation): Promise<Key> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r: blockSize, p: 1, maxmem: 256 * n * blockSize }
    scrypt(passphrase.normalize('NFKC'), salt, 32, options, (error, secret) => {
      if (error) reject(error)
      else resolve(keyFromBytes(secret, dir))
    })
  })
}

/** Reads from the protected header how the key of a sealed file is derived. */
function derivationOf(sealed: string): Derivation {
  const header = decodeUnverified(sealed.trim())?.protectedHeader
  const parameters = header?.['scrypt']
  if (!isJsonObject(parameters)) throw new SealbearerError('SB_RING_UNREADABLE', 'scrypt')
  const { n, salt } = parameters
  const cost = costs.find((known) => known === n)
  const bytes = typeof salt === 'string' ? Buffer.from(salt, 'base64url') : undefined
  if (cost === undefined || bytes?.length !== 16) throw new SealbearerError('SB_RING_UNREADABLE', 'scrypt')
  return { n: cost, salt: bytes }
}

/**
 * Seals under a passphrase. PBES2 of JWE is rejected in this library, because a token would determine the cost of
 * decrypting it; here scrypt derives a `dir` key, and the salt is in the protected header.
 */
function passphraseSealing(passphrase: string): Sealing {
  if (typeof passphrase !== 'string' || passphrase.length < minCharacters) {
    throw new TypeError(`passphrase: must be a string of at least ${minCharacters} characters`)
  }
  // Deriving a key is slow on purpose, so the last one is cached.
  let last: { readonly derivation: Derivation; readonly key: Promise<Key> } | undefined
  const keyFor = (derivation: Derivation): Promise<Key> => {
    if (last?.derivation.n !== derivation.n || !last.derivation.salt.equals(derivation.salt)) {
      last = { derivation, key: derive(passphrase, derivation) }
    }
    return last.key
  }
  return {
    async seal(text) {
      const derivation = last?.derivation.n === cost ? last.derivation : { salt: randomBytes(16), n: cost }
      return encryptJwe(new TextEncoder().encode(text), {
        keyManagement: dir.alg,
        contentEncryption: dir.enc,
        key: await keyFor(derivation),
        protectedHeader: {
          cty: ringContentType,
          scrypt: { n: derivation.n, salt: derivation.salt.toString('base64url') },
        },
      })
    },
    async open(sealed) {
      return openRing(sealed, {
        keyManagement: [dir.alg],
        contentEncryption: [dir.enc],
        keys: await keyFor(derivationOf(sealed)),
        maxTokenSize: maxStoredRing,
      })
    },
  }
}
