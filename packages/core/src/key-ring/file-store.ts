import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Key } from '../keys/key.js'
import { checkMembers } from '../options.js'
import { replaceFile, targetOf } from './atomic-replace.js'
import { withFileLock } from './file-lock.js'
import { passphraseSealing } from './passphrase.js'
import { keySealing, type Sealing, storeBehind } from './sealed-store.js'
import type { KeyRingStore, StoredRing } from './store.js'

/** How a file keeps a ring. With neither, the file holds private keys in the clear, readable by its owner alone. */
export interface FileStoreOptions {
  /** Seal the file under this secret (`dir`, `A256KW`, …). Of several, the first seals and any opens. */
  readonly key?: Key | readonly Key[]
  /** Seal the file under a key derived from this text, of at least 12 characters, with scrypt. */
  readonly passphrase?: string
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

const versionOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

async function readStored(path: string): Promise<StoredRing | undefined> {
  try {
    const text = await readFile(path, 'utf8')
    return { text, version: versionOf(text) }
  } catch (error) {
    // A file that cannot be read is no empty ring: only one that is not there is.
    if (isMissing(error)) return undefined
    throw error
  }
}

/**
 * Keeps a key ring in a file, which any number of processes can share: each change replaces the file as a
 * whole, with mode 0600, under a lock beside it (`<path>.lock`) that a crash does not leave behind for good.
 *
 * With `key` or `passphrase` the file is a JWE with `cty: jwk-set+json` (RFC 7517 §7), never anything in the
 * clear, and a file that is not sealed so is refused. Cannot tell an older version of the file that somebody
 * put back. The folder must be on a file system with atomic renames, and writable.
 *
 * @throws {TypeError} for bad options. What the file system refuses is passed on as it is.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-7 RFC 7517 §7}
 */
export function createFileStore(path: string, options: FileStoreOptions = {}): KeyRingStore {
  if (typeof path !== 'string' || path === '') throw new TypeError('path: must be the path of a file')
  checkMembers('createFileStore', options, ['key', 'passphrase'])
  const store: KeyRingStore = Object.freeze({
    load: () => readStored(path),
    async save(text: string, replaces: string | undefined) {
      const target = await targetOf(path)
      return withFileLock(target, async (lock) => {
        if ((await readStored(target))?.version !== replaces) return undefined
        await replaceFile(target, text, lock)
        return versionOf(text)
      })
    },
  })
  const sealing = sealingOption(options)
  return sealing === undefined ? store : storeBehind(store, sealing)
}

function sealingOption({ key, passphrase }: FileStoreOptions): Sealing | undefined {
  if (key !== undefined && passphrase !== undefined)
    throw new TypeError('createFileStore: give key or passphrase, not both')
  if (key !== undefined) return keySealing('key', key)
  return passphrase === undefined ? undefined : passphraseSealing(passphrase)
}
