import { createPublicKey, type KeyObject } from 'node:crypto'
import { handSign, segment } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { bytes, pem, testKey, testPublicKey } from '#core-test-kit/test-keys.js'
import { type Attack, type Family, family } from './attack.js'
import { publicEncodings, publicNumbers } from './public-encodings.js'
import { jwsHeader, signedWith } from './tokens.js'
import { RS256, signedBy } from './verifiers.js'

const ec: KeyObject = createPublicKey(pem('ec-P-256.spki'))

const forged = (secret: Uint8Array): string => handSign(jwsHeader, goodClaims, secret)

/** Both pinned, as a service does that moves from one to the other. */
const bothPinned = signedBy(['RS256', 'HS256'], () => testPublicKey('RS256'))
const bothKnown = signedBy(['RS256', 'HS256'], async () => [
  await testPublicKey('RS256'),
  await testKey('HS256', { first: 77 }),
])
const source = 'CVE-2023-48223, CVE-2026-34950'

const asSecret = [...publicEncodings, ...publicNumbers].map(
  ([name, secret]): Omit<Attack, 'source'> => ({
    what: `HS256 under the RSA public key: ${name}`,
    policy: bothPinned,
    code: 'SB_KEY_NOT_FOUND',
    token: () => forged(secret),
    twin: () => signedWith('RS256'),
  }),
)

const goodToken = (): string => forged(bytes(32))

export const algorithmConfusion: Family = family('HS256 for RS256, under the public key', { source }, [
  ...asSecret,
  {
    what: 'HS256 where RS256 alone is pinned',
    policy: RS256,
    code: 'SB_ALG_NOT_ALLOWED',
    token: () => forged(Buffer.from(pem('rsa.spki'))),
    twin: () => signedWith('RS256'),
  },
  {
    what: 'HS256 under the public key beside a secret that is another',
    source: 'CVE-2022-23541',
    policy: bothKnown,
    code: 'SB_INTEGRITY_FAILED',
    token: () => forged(Buffer.from(pem('rsa.spki'))),
    twin: () => signedWith('RS256'),
  },
  {
    what: 'HS256 under the public key of ES256',
    policy: signedBy(['ES256', 'HS256'], () => testPublicKey('ES256')),
    code: 'SB_KEY_NOT_FOUND',
    token: () => forged(ec.export({ type: 'spki', format: 'der' })),
    twin: () => signedWith('ES256'),
  },
  {
    what: 'RS256 with a key for PS256',
    policy: signedBy(['RS256', 'PS256'], () => testPublicKey('PS256')),
    code: 'SB_KEY_NOT_FOUND',
    token: () => signedWith('RS256'),
    twin: () => signedWith('PS256'),
  },
  {
    what: 'the signature of RS256 said to be PS256',
    policy: signedBy(['PS256'], () => testPublicKey('PS256')),
    code: 'SB_INTEGRITY_FAILED',
    token: () => signedWith('RS256', goodClaims, { alg: 'PS256', typ: 'at+jwt' }),
    twin: () => signedWith('PS256'),
  },
  {
    what: 'the signature of RS512 said to be RS256',
    policy: RS256,
    code: 'SB_INTEGRITY_FAILED',
    token: () => signedWith('RS512', goodClaims, { alg: 'RS256', typ: 'at+jwt' }),
    twin: () => signedWith('RS256'),
  },
  {
    what: 'HS256 under an empty secret',
    policy: signedBy(['HS256'], () => testKey('HS256')),
    code: 'SB_INTEGRITY_FAILED',
    token: () => forged(new Uint8Array()),
    twin: goodToken,
  },
  ...['', 'null', 'undefined', '[object Object]', '0'.repeat(32), '\0'.repeat(32)].map(
    (text): Omit<Attack, 'source'> => ({
      what: `HS256 under the text ${JSON.stringify(text)}`,
      policy: signedBy(['HS256'], () => testKey('HS256')),
      code: 'SB_INTEGRITY_FAILED',
      token: () => `${segment(jwsHeader)}.${forged(Buffer.from(text)).split('.').slice(1).join('.')}`,
      twin: goodToken,
    }),
  ),
])
