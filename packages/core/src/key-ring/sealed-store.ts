import { isKeyManagementAlgorithm, isSymmetricKeyManagement } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { isKey, type Key } from '../keys/key.js'
import { isKeyRingStore, type KeyRingStore, maxStoredRing, type StoredRing } from './store.js'

/** Encrypts the text of a ring, and decrypts it. */
export interface Sealing {
  seal(text: string): Promise<string>
  /** Rejects with {@link SealbearerError} `SB_RING_UNREADABLE` for anything but a result of {@link Sealing.seal}. */
  open(sealed: string): Promise<string>
}

/** RFC 7517 §7: the `cty` of an encrypted JWK Set. */
export const ringContentType = 'jwk-set+json'

/** Encrypts with the first key and decrypts with any, so that the key can be rotated. @throws {TypeError} */
export function keySealing(option: string, keys: Key | readonly Key[]): Sealing {
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [keys]
  const known = list.filter(isKey)
  const [first] = known
  if (first === undefined || known.length !== list.length)
    throw new TypeError(`${option}: must be a Key or a list of them`)
  const keyManagement = known.map(({ alg }) => {
    if (isKeyManagementAlgorithm(alg) && isSymmetricKeyManagement(alg)) return alg
    // With a public key, anyone could create a ring.
    throw new TypeError(
      `${option}: must be a secret for dir, A256KW or A256GCMKW; a public key would let anyone replace the ring`,
    )
  })
  const [alg = 'dir'] = keyManagement
  const { enc = 'A256GCM' } = first
  const contentEncryption = [...new Set(known.map((key) => key.enc ?? 'A256GCM'))]
  return {
    seal: (text) =>
      encryptJwe(new TextEncoder().encode(text), {
        keyManagement: alg,
        contentEncryption: enc,
        key: first,
        protectedHeader: { cty: ringContentType },
      }),
    open: (sealed) =>
      openRing(sealed, { keyManagement, contentEncryption, keys: known, maxTokenSize: maxStoredRing }),
  }
}

/** Decrypts a ring. @throws {SealbearerError} `SB_RING_UNREADABLE` */
export async function openRing(sealed: string, options: Parameters<typeof decryptJwe>[1]): Promise<string> {
  const { plaintext, protectedHeader } = await decryptJwe(sealed.trim(), options).catch(() => {
    // The errors of decryptJwe refer to tokens.
    throw new SealbearerError('SB_RING_UNREADABLE')
  })
  if (protectedHeader.cty !== ringContentType) throw new SealbearerError('SB_RING_UNREADABLE', 'cty')
  return new TextDecoder().decode(plaintext)
}

/** Encrypts the content of a store, which never receives a key in plaintext. */
export function storeBehind(store: KeyRingStore, { seal, open }: Sealing): KeyRingStore {
  let opened: StoredRing | undefined
  return Object.freeze({
    async load() {
      const stored = await store.load()
      if (stored === undefined) return undefined
      if (stored.text.length > maxStoredRing) throw new SealbearerError('SB_RING_UNREADABLE', 'size')
      // With a passphrase, opening is slow on purpose, and mostly nothing has changed.
      if (opened?.version !== stored.version) {
        opened = { ...stored, text: await open(stored.text) }
      }
      return { ...stored, text: opened.text }
    },
    async save(text: string, replaces: string | undefined) {
      const version = await store.save(`${await seal(text)}\n`, replaces)
      if (version !== undefined) opened = { text, version }
      return version
    },
  })
}

/**
 * Encrypts the content of any store: a JWE with `cty: jwk-set+json`, never a key in plaintext. A stored text that is
 * not encrypted under one of these keys is rejected. Use a separate key for each ring, or set a `name` in
 * `createKeyRing`: otherwise rings under the same key can be exchanged.
 *
 * @param keys A secret for `dir`, `A256KW`, …; of several, the first encrypts and all decrypt.
 * @throws {TypeError}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-7 RFC 7517 §7}
 */
export function createSealedStore(store: KeyRingStore, keys: Key | readonly Key[]): KeyRingStore {
  if (!isKeyRingStore(store)) throw new TypeError('store: must have load() and save()')
  return storeBehind(store, keySealing('keys', keys))
}
