import {
  createCipheriv,
  createECDH,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import type { EncryptionKey, EncryptionName } from '../../material/encryption-key.js'
import { agreedKey, contentKey } from './content-key.js'
import { keyWrapIv, oaep } from './decrypt.js'

/** Everything of a JWE that depends on chance or on the key. */
interface Sealed {
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
  /** The encrypted key or the ephemeral one, in whatever form the primitive gives it. */
  readonly key: unknown
}

type KeyStep = (key: KeyObject) => () => { readonly cek: Buffer | KeyObject; readonly key: unknown }

const jwk = { publicKeyEncoding: { format: 'jwk' } } as const

const keySteps: Readonly<Record<EncryptionName, KeyStep>> = {
  dir: (key) => () => ({ cek: key, key: undefined }),
  A256KW: (key) => () => {
    const cek = randomBytes(32)
    const wrap = createCipheriv('id-aes256-wrap', key, keyWrapIv)
    return { cek: contentKey(cek), key: Buffer.concat([wrap.update(cek), wrap.final()]) }
  },
  'RSA-OAEP-256': (key) => {
    const options = { key, ...oaep }
    return () => {
      const cek = randomBytes(32)
      return { cek: contentKey(cek), key: publicEncrypt(options, cek) }
    }
  },
  'ECDH-ES (P-256)': (publicKey) => () => {
    // Node's types do not know a pair whose halves differ in form.
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256', ...jwk } as never)
    const { privateKey, publicKey: epk } = pair as unknown as { privateKey: KeyObject; publicKey: unknown }
    return { cek: agreedKey(diffieHellman({ privateKey, publicKey })), key: epk }
  },
  'ECDH-ES (X25519)': (publicKey) => () => {
    // As above.
    const pair = generateKeyPairSync('x25519', jwk as never)
    const { privateKey, publicKey: epk } = pair as unknown as { privateKey: KeyObject; publicKey: unknown }
    return { cek: agreedKey(diffieHellman({ privateKey, publicKey })), key: epk }
  },
}

const ivBytes = 12
const pool = Buffer.alloc(ivBytes * 341)
let used = pool.length

/** Random bytes that were drawn many at a time, each handed out once. */
function pooledIv(): Buffer {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  used += ivBytes
  return Buffer.from(pool.subarray(used - ivBytes, used))
}

/** createECDH does without KeyObjects for the ephemeral pair. */
function pointAgreement(publicKey: KeyObject): ReturnType<KeyStep> {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return () => {
    const ecdh = createECDH('prime256v1')
    const key = ecdh.generateKeys()
    return { cek: agreedKey(ecdh.computeSecret(point)), key }
  }
}

const shortcuts: Readonly<Partial<Record<EncryptionName, KeyStep>>> = {
  dir: keySteps.dir,
  'ECDH-ES (P-256)': pointAgreement,
}

const seal =
  (keyStep: ReturnType<KeyStep>, drawIv: () => Buffer) =>
  (plaintext: Buffer, aad: Buffer): Sealed => {
    const { cek, key } = keyStep()
    const iv = drawIv()
    const cipher = createCipheriv('aes-256-gcm', cek, iv, { authTagLength: 16 })
    cipher.setAAD(aad)
    const ciphertext = cipher.update(plaintext)
    cipher.final()
    return { iv, ciphertext, tag: cipher.getAuthTag(), key }
  }

export type Seal = ReturnType<typeof seal>

/** Bare encryption of an A256GCM token. */
export const rawSeal = ({ encryption, sealing }: EncryptionKey): Seal =>
  seal(keySteps[encryption](sealing), () => randomBytes(ivBytes))

/** The cheapest way found, where the plain call is not it. */
export function lowestSeal({ encryption, sealing }: EncryptionKey): Seal | undefined {
  const shortcut = shortcuts[encryption]
  return shortcut && seal(shortcut(sealing), pooledIv)
}
