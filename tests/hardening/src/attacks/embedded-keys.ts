import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { handSign, segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { pem, testKey, testPublicKey } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import { attackersSecret, jwsHeader, signed, signedWith } from './tokens.js'
import { HS256, RS256, signedBy } from './verifiers.js'

const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = createPublicKey(pem('weak-rsa.spki')).export({ format: 'jwk' })

/** Signed by an attacker, who says in the header which key to use. */
function attackers(header: object): string {
  const input = `${segment({ alg: 'RS256', typ: 'at+jwt', ...header })}.${segment(goodClaims)}`
  return `${input}.${segment(sign('sha256', Buffer.from(input), attacker.privateKey))}`
}

const attackersJwk = (): object => attacker.publicKey.export({ format: 'jwk' })
const attackersDer = (): string =>
  attacker.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
const certificate = pem('rsa.x509').replaceAll(/-----[^-]*-----|\s/g, '')
const address = 'https://evil.example/jwks.json'

/** Parameters that tell a verifier where the key is. */
const parameters: readonly (readonly [name: string, header: () => object])[] = [
  ['jwk', () => ({ jwk: attackersJwk() })],
  ['jwk with a kid', () => ({ jwk: { ...attackersJwk(), kid: '1', alg: 'RS256', use: 'sig' } })],
  ['jwk with a private key', () => ({ jwk: attacker.privateKey.export({ format: 'jwk' }) })],
  ['jwk as text', () => ({ jwk: JSON.stringify(attackersJwk()) })],
  ['jwk of a weak key', () => ({ jwk })],
  ['jwks', () => ({ jwks: { keys: [attackersJwk()] } })],
  ['x5c', () => ({ x5c: [attackersDer()] })],
  ['x5c with the issuer’s certificate behind', () => ({ x5c: [attackersDer(), certificate] })],
  ['x5c that is no list', () => ({ x5c: attackersDer() })],
  ['jku', () => ({ jku: address })],
  ['jku on loopback', () => ({ jku: 'http://127.0.0.1:1/jwks.json' })],
  ['jku as a file', () => ({ jku: 'file:///etc/passwd' })],
  ['jku as data', () => ({ jku: `data:application/json,${JSON.stringify({ keys: [attackersJwk()] })}` })],
  ['jku at the metadata service', () => ({ jku: 'http://169.254.169.254/latest/meta-data' })],
  ['x5u', () => ({ x5u: address })],
  ['x5u and x5t of the issuer’s certificate', () => ({ x5u: address, x5t: 'AAAA', 'x5t#S256': 'AAAA' })],
  ['all of them', () => ({ jwk: attackersJwk(), x5c: [attackersDer()], jku: address, x5u: address })],
]

export const embeddedKeys: Family = family(
  'a key in the token, or an address of one',
  { source: 'CVE-2018-0114, RFC 8725 §3.10', policy: RS256, code: 'SB_INTEGRITY_FAILED' },
  [
    ...parameters.map(([name, header]) => ({
      what: `${name}, signed with that key`,
      token: () => attackers(header()),
      // The issuer may say it; nobody looks.
      twin: () => signedWith('RS256', goodClaims, { alg: 'RS256', typ: 'at+jwt', ...header() }),
    })),
    {
      what: 'jwk that is a secret',
      policy: HS256,
      token: () => {
        const k = segment(attackersSecret)
        return handSign({ ...jwsHeader, jwk: { kty: 'oct', k } }, goodClaims, attackersSecret)
      },
      twin: () => signed(),
    },
    {
      what: 'jku beside a kid that only its keys have',
      policy: signedBy(['RS256'], () => testPublicKey('RS256', { kid: '1' })),
      code: 'SB_KEY_NOT_FOUND',
      token: () => attackers({ jku: address, kid: 'theirs' }),
      twin: () => signedWith('RS256', goodClaims, { alg: 'RS256', typ: 'at+jwt', kid: '1' }),
    },
    {
      what: 'jwk of a secret beside none among the keys',
      policy: signedBy(['RS256', 'HS256'], () => testPublicKey('RS256')),
      code: 'SB_KEY_NOT_FOUND',
      token: () => handSign({ ...jwsHeader, jwk: { kty: 'oct', k: '' } }, goodClaims, new Uint8Array()),
      twin: () => signed(),
      twinPolicy: signedBy(['RS256', 'HS256'], () => testKey('HS256')),
    },
  ],
)
