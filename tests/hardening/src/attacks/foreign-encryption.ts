import { handSeal, handSign } from '#core-test-kit/hand-made.js'
import { goodClaims, nowSeconds } from '#core-test-kit/parties.js'
import { testKey, testPublicKey } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import {
  attackersSecret,
  jwsHeader,
  nested,
  nestedHeader,
  sealed,
  sealedToP256,
  sealedToRsa,
  signed,
  unsigned,
} from './tokens.js'
import { dir, nestedDir, nestedIn, nestedUnder, verifier } from './verifiers.js'

const bare = (claims: object = goodClaims): string => JSON.stringify(claims)
const nestedRsa = nestedUnder('RSA-OAEP-256')
const nestedP256 = nestedUnder('ECDH-ES')
const attackers = (): string => handSign(jwsHeader, goodClaims, attackersSecret)
const claimsInPublicKey = async () =>
  verifier({
    encryption: {
      keyManagement: ['RSA-OAEP-256'],
      contentEncryption: ['A256GCM'],
      keys: await testKey('RSA-OAEP-256'),
    },
  })
const claimsInEither = async () =>
  verifier({
    encryption: {
      keyManagement: ['dir', 'ECDH-ES'],
      contentEncryption: ['A256GCM'],
      keys: await testKey('dir'),
    },
  })

/** Anyone who has the public key can make these. */
export const attackersEncryption: Family = family(
  'an encrypted token that an attacker made with the public key',
  { source: 'RFC 7519 §11.2, RFC 8725 §2.5' },
  [
    ...(
      [
        ['RSA-OAEP-256', nestedRsa, sealedToRsa],
        ['ECDH-ES', nestedP256, sealedToP256],
      ] as const
    ).flatMap(([alg, policy, seal]) => [
      {
        what: `${alg}, around claims`,
        policy,
        code: 'SB_NESTED_CTY' as const,
        token: () => seal(bare(), {}),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around claims that say they are a token`,
        policy,
        code: 'SB_TOKEN_MALFORMED' as const,
        token: () => seal(bare({ iss: 'x', exp: nowSeconds + 1 })),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around a token of their own`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => seal(attackers()),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around an unsigned token`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => seal(unsigned(jwsHeader)),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around a token with alg none`,
        policy,
        code: 'SB_ALG_NOT_ALLOWED' as const,
        token: () => seal(unsigned({ alg: 'none', typ: 'at+jwt' })),
        twin: () => seal(signed()),
      },
      {
        what: `${alg}, around a token signed with the public key`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => seal(handSign(jwsHeader, goodClaims, Buffer.from('-----BEGIN PUBLIC KEY-----'))),
        twin: () => seal(signed()),
      },
    ]),
    {
      what: 'a verifier that would take claims from any of them',
      policy: claimsInPublicKey,
      code: 'TypeError',
      token: () => sealedToRsa(bare(), {}),
      twin: () => sealed(),
      twinPolicy: dir,
    },
    {
      what: 'a verifier that would take claims under a secret or a public key',
      policy: claimsInEither,
      code: 'TypeError',
      token: () => sealedToP256(bare(), {}),
      twin: () => sealed(),
      twinPolicy: dir,
    },
    {
      what: 'a public key in place of the private one',
      policy: async () => nestedIn({ keyManagement: ['ECDH-ES'], keys: await testPublicKey('ECDH-ES') })(),
      code: 'TypeError',
      token: () => sealedToP256(signed()),
      twin: () => sealedToP256(signed()),
      twinPolicy: nestedP256,
    },
    {
      what: 'dir, under the public key',
      policy: nestedDir,
      code: 'SB_INTEGRITY_FAILED',
      token: () => handSeal(nestedHeader, signed(), attackersSecret),
      twin: () => nested(),
    },
  ],
)
