import { createPublicKey } from 'node:crypto'
import type { JWK } from 'jose'
import { importKey } from '#core/keys/import.js'
import { createKeySet } from '#core/keys/key-set.js'
import { segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { pem } from '#core-test-kit/test-keys.js'
import { type Family, family, type Policy } from './attack.js'
import { ed25519Points, neutralPoint, shown, x25519Points } from './small-order-points.js'
import { signed, signedWith } from './tokens.js'
import { HS256, publicKeyPolicy, signedBy } from './verifiers.js'

const hex = (text: string): string => Buffer.from(text, 'hex').toString('base64url')
const okp = (crv: string, x: string): JWK => ({ kty: 'OKP', crv, x: hex(x) })

/** Under the neutral point, R neutral and S zero are a signature of everything. */
const forged = (): string =>
  `${segment({ alg: 'EdDSA', typ: 'at+jwt' })}.${segment(goodClaims)}.${hex(neutralPoint + '00'.repeat(32))}`

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
  signedBy(['EdDSA'], () => createKeySet({ keys: [jwk as JWK] }))

/** Runtimes verify under these keys, and seal to them, without a word. */
export const smallOrderKeys: Family = family(
  'public keys of small order, under which anybody signs',
  { source: 'RFC 8032 §5.1.7, RFC 7748 §6.1', code: 'TypeError' },
  [
    ...ed25519Points.map((x) => ({
      what: `Ed25519: ${shown(x)}`,
      policy: signedBy(['EdDSA'], () => importKey(okp('Ed25519', x), { alg: 'EdDSA' })),
      token: forged,
      twin: () => signedWith('EdDSA'),
      twinPolicy: publicKeyPolicy('EdDSA'),
    })),
    {
      what: 'Ed25519: the neutral point, published without alg',
      policy: published(okp('Ed25519', neutralPoint)),
      token: forged,
      twin: () => signedWith('EdDSA'),
      twinPolicy: published(ed25519),
    },
    ...x25519Points.map((x) => ({
      what: `X25519, to seal to: ${shown(x)}`,
      policy: imported(okp('X25519', x)),
      token: () => signed(),
      twin: () => signed(),
      twinPolicy: imported(x25519),
    })),
  ],
)
