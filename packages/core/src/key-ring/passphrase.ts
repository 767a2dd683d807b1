import { randomBytes, scrypt } from 'node:crypto'
import { isJsonObject } from '../compact/json.js'
import { SealbearerError } from '../errors.js'
import { encryptJwe } from '../jwe/encrypt.js'
import { decodeUnverified } from '../jwt/decode.js'
import type { Key } from '../keys/key.js'
import { keyFromBytes } from '../keys/secret.js'
import { largestSealedRing, openRing, ringContentType, type Sealing } from './sealed-store.js'

/** RFC 7914; 2^17 takes 128 MiB and some tenths of a second. Bounded: a file must not set the cost of opening it. */
const cost = 2 ** 17
const blockSize = 8
const costs = [2 ** 15, 2 ** 16, cost, 2 ** 18]

/** Guessing costs as much as it costs us, but a short text has too few guesses. */
const fewestCharacters = 12

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

/** Reads how the key of a sealed file is derived, out of its protected header. */
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
 * Seals under a passphrase. JWE's own way (PBES2) is refused in this library, because there a token sets the
 * cost of opening it; here scrypt makes a `dir` key, and the salt stands in the protected header.
 */
export function passphraseSealing(passphrase: string): Sealing {
  if (typeof passphrase !== 'string' || passphrase.length < fewestCharacters) {
    throw new TypeError(`passphrase: must be text of at least ${fewestCharacters} characters`)
  }
  // Deriving is slow on purpose, so the last one is kept.
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
        maxTokenSize: largestSealedRing,
      })
    },
  }
}
