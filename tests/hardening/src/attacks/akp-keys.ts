import type { JWK } from 'jose'
import type { Algorithm } from '#core/crypto/algorithms.js'
import { importKey } from '#core/keys/import.js'
import { runtimeSignatureAlgorithms } from '#core-test-kit/runtime-algorithms.js'
import { bytes, pem } from '#core-test-kit/test-keys.js'
import { rfcVectors } from '../testing/rfc-vectors.js'
import { type Family, family, type Policy } from './attack.js'
import { signed } from './tokens.js'
import { HS256 } from './verifiers.js'

const alg = 'ML-DSA-44'
const [small, medium] = rfcVectors('rfc9964').signed.map(({ key }) => key)
const jwk: JWK = { ...small }
const text = (length: number): string => Buffer.from(bytes(length)).toString('base64url')
const derOf = (name: string): Buffer => Buffer.from(pem(name).replaceAll(/-----.*-----|\s/g, ''), 'base64')

const imported =
  (material: Parameters<typeof importKey>[0], name: Algorithm = alg): Policy =>
  async () => {
    await importKey(material, { alg: name })
    return HS256()
  }

const changed = (change: object): Policy => imported({ ...jwk, ...change })

/** Where the runtime has no such keys, what stands beside is a policy without one. */
const good: Policy = runtimeSignatureAlgorithms.includes(alg) ? imported(jwk) : HS256

/** RFC 9964 §3 to §5, §7.4 */
export const akpKeys: Family = family(
  'keys of type AKP of another size, algorithm or form',
  { code: 'TypeError', source: 'RFC 9964 §3, §4, §5', token: signed, twin: signed, twinPolicy: good },
  [
    { what: 'no alg', policy: changed({ alg: undefined }) },
    { what: 'the alg of a larger parameter set', policy: changed({ alg: 'ML-DSA-65' }) },
    { what: 'imported for a larger parameter set', policy: imported(jwk, 'ML-DSA-65') },
    { what: 'alg ES256', policy: changed({ alg: 'ES256' }) },
    { what: 'imported for ES256', policy: imported(jwk, 'ES256') },
    { what: 'imported for HS256', policy: imported(jwk, 'HS256') },
    { what: 'an alg in another case', policy: changed({ alg: 'ml-dsa-44' }) },
    { what: 'the pub of a larger parameter set', policy: changed({ pub: medium?.['pub'] }) },
    {
      what: 'the alg and the pub of a larger parameter set, with the seed of this one',
      policy: changed({ alg: 'ML-DSA-65', pub: medium?.['pub'] }),
    },
    { what: 'type OKP', policy: changed({ kty: 'OKP' }) },
    { what: 'type oct', policy: changed({ kty: 'oct' }) },
    { what: 'no pub', policy: changed({ pub: undefined }) },
    { what: 'a pub without its last byte', policy: changed({ pub: text(1311) }) },
    { what: 'a pub with one byte more', policy: changed({ pub: text(1313) }) },
    { what: 'a pub with padding', policy: changed({ pub: `${jwk['pub']}=` }) },
    { what: 'a pub in a list', policy: changed({ pub: [jwk['pub']] }) },
    { what: 'the pub of another pair', policy: changed({ pub: text(1312) }), source: 'RFC 9964 §7.4' },
    { what: 'an expanded private key', policy: changed({ priv: text(2560) }) },
    { what: 'a seed of 31 bytes', policy: changed({ priv: text(31) }) },
    { what: 'a seed of 33 bytes', policy: changed({ priv: text(33) }) },
    { what: 'an empty seed', policy: changed({ priv: '' }) },
    { what: 'a seed of another pair', policy: changed({ priv: text(32) }), source: 'RFC 9964 §7.4' },
    { what: 'use enc', policy: changed({ use: 'enc' }) },
    { what: 'PEM of a larger parameter set', policy: imported(pem('ml-dsa-65.spki')) },
    { what: 'PEM of Ed25519', policy: imported(pem('ed25519.spki')) },
    { what: 'PEM, for EdDSA', policy: imported(pem('ml-dsa-44.spki'), 'EdDSA') },
    { what: 'a secret', policy: imported(bytes(32)) },
    {
      what: 'the public key in DER as an HMAC secret',
      policy: imported(derOf('ml-dsa-44.spki'), 'HS256'),
      source: 'CVE-2023-48223',
    },
    {
      what: 'the private key in DER as an HMAC secret',
      policy: imported(derOf('ml-dsa-87.pkcs8'), 'HS256'),
      source: 'CVE-2023-48223',
    },
  ],
)
