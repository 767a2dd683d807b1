import { withJson } from '#core-test-kit/hand-made.js'
import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { nested, sealed, signed, signedWith } from './tokens.js'
import { dir, HS256, hs256, nestedDir, RS256 } from './verifiers.js'

const admin = { sub: 'admin' }
/** Sealing takes a random IV; these stay the same. */
const [sealedTwice, nestedTwice] = [sealed(), nested()]

/** What is remembered of one token answers for no other. Here the good one comes in between. */
export const memory: Family = family(
  'a token that resembles a remembered one',
  { source: 'CVE-2026-35039', policy: HS256, code: 'SB_INTEGRITY_FAILED', twin: () => signed() },
  [
    { what: 'other claims over the same signature', token: () => withJson(signed(), 1, admin) },
    {
      what: 'other claims over the same signature, RS256',
      policy: RS256,
      token: () => withJson(signedWith('RS256'), 1, admin),
      twin: () => signedWith('RS256'),
    },
    { what: 'another header over the same signature', token: () => withJson(signed(), 0, { kid: '1' }) },
    {
      what: 'the signature and another beginning',
      token: () =>
        `${signed({ ...goodClaims, ...admin })
          .split('.')
          .slice(0, 2)
          .join('.')}.${signed().split('.')[2]}`,
    },
    { what: 'in other letters', code: 'SB_HEADER_INVALID', token: () => signed().toLowerCase() },
    { what: 'with a space behind', token: () => `${signed()} `, code: 'SB_TOKEN_MALFORMED' },
    {
      what: 'all of it twice, cut to its length',
      token: () => signed().slice(1) + signed().slice(0, 1),
      code: 'SB_HEADER_INVALID',
    },
    {
      what: 'an encrypted token with another ciphertext under the same tag',
      policy: dir,
      token: () => `${sealedTwice.split('.').slice(0, 3).join('.')}.AAAA.${sealedTwice.split('.')[4]}`,
      twin: () => sealedTwice,
    },
    {
      what: 'an encrypted token with the tag of another',
      policy: nestedDir,
      token: () => `${nestedTwice.split('.').slice(0, 4).join('.')}.${nested().split('.')[4]}`,
      twin: () => nestedTwice,
    },
    ...['cacheKeyBuilder', 'key', 'keyFor', 'ttl'].map((member) => ({
      what: `a memory with a ${member} of the application's own`,
      code: 'TypeError' as const,
      policy: hs256({ cache: { [member]: () => 'everyone' } }),
      token: () => signed({ ...goodClaims, ...admin }),
      twinPolicy: hs256({ cache: { maxEntries: 1 } }),
    })),
  ],
)
