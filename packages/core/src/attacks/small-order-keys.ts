import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { importKey } from '../keys/import.js'
import { keySet } from '../keys/key-set.js'
import { segment } from '../testing/hand-made.js'
import { goodClaims } from '../testing/parties.js'
import { pem } from '../testing/test-keys.js'
import { type Family, family, type Policy } from './attack.js'
import { HS256, publicKeyPolicy, signedBy } from './judges.js'
import { signed, signedWith } from './tokens.js'

const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64url')
const neutral = `01${'00'.repeat(31)}`

/** Points whose order divides 8, with either sign, and spelt beyond the prime too. */
const edwards: readonly string[] = [
  neutral,
  '00'.repeat(32),
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(31)}`,
  `ed${'ff'.repeat(31)}`,
  `ee${'ff'.repeat(31)}`,
]
const montgomery: readonly string[] = [
  '00'.repeat(32),
  neutral,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  `${'00'.repeat(31)}80`,
]

const okp = (crv: string, x: string): JWK => ({ kty: 'OKP', crv, x: hex(x) })
const shown = (x: string): string => `${x.slice(0, 8)}…${x.slice(-4)}`

/** Under the neutral point, R neutral and S zero are a signature of everything. */
const forged = (): string =>
  `${segment({ alg: 'EdDSA', typ: 'at+jwt' })}.${segment(goodClaims)}.${hex(neutral + '00'.repeat(32))}`

const ed25519 = createPublicKey(pem('ed25519.spki')).export({ format: 'jwk' })
const x25519 = createPublicKey(pem('x25519.spki')).export({ format: 'jwk' })
const imported =
  (jwk: object): Policy =>
  async () => {
    // jose's type and Node's describe the same object.
    await importKey(jwk as JWK, { alg: 'ECDH-ES' })
    return HS256()
  }
const published = (jwk: object): Policy =>
  // The same.
  signedBy(['EdDSA'], () => keySet({ keys: [jwk as JWK] }))

/** Runtimes verify under these keys, and seal to them, without a word. */
export const smallOrderKeys: Family = family(
  'public keys of small order, under which anybody signs',
  { source: 'RFC 8032 §5.1.7, RFC 7748 §6.1', code: 'TypeError' },
  [
    ...edwards.map((x) => ({
      what: `Ed25519: ${shown(x)}`,
      policy: signedBy(['EdDSA'], () => importKey(okp('Ed25519', x), { alg: 'EdDSA' })),
      token: forged,
      twin: () => signedWith('EdDSA'),
      twinPolicy: publicKeyPolicy('EdDSA'),
    })),
    {
      what: 'Ed25519: the neutral point, published without alg',
      policy: published(okp('Ed25519', neutral)),
      token: forged,
      twin: () => signedWith('EdDSA'),
      twinPolicy: published(ed25519),
    },
    ...montgomery.map((x) => ({
      what: `X25519, to seal to: ${shown(x)}`,
      policy: imported(okp('X25519', x)),
      token: () => signed(),
      twin: () => signed(),
      twinPolicy: imported(x25519),
    })),
  ],
)
