import { createAuthenticator } from '#core/http/authenticator.js'
import type { Verifier } from '#core/jwt/define-verifier.js'
import { createTenantVerifier } from '#core/jwt/tenant-verifier.js'
import { createVerifier } from '#core/jwt/verifier.js'
import { handSeal, handSign } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, now } from '#core-test-kit/parties.js'
import { bytes, testKey } from '#core-test-kit/test-keys.js'
import { untyped } from '#core-test-kit/untyped.js'
import { type Family, family, type TokenVerifier } from './attack.js'
import { jwsHeader } from './tokens.js'

const nameOf = (tenant: 'a' | 'b'): string => `https://${tenant}.example`
const firstByte = { a: 40, b: 80 } as const

/** Both call their key by the same name, as RFC 7517 §4.5 lets them. */
const verifierOf = async (tenant: 'a' | 'b'): Promise<Verifier> =>
  createVerifier({
    issuer: nameOf(tenant),
    audience,
    typ: 'at+jwt',
    now,
    signature: {
      algorithms: ['HS256'],
      keys: await testKey('HS256', { kid: '1', first: firstByte[tenant] }),
    },
  })

const tokenOf = (iss: unknown, signer: 'a' | 'b', header: object = {}): string =>
  handSign({ ...jwsHeader, kid: '1', ...header }, { ...goodClaims, iss }, bytes(32, firstByte[signer]))

/** What an HTTP server makes of them: the token's `iss` chooses, and the choice is final. */
async function routed(verifier: Verifier | readonly Verifier[]): Promise<TokenVerifier> {
  const authenticator = createAuthenticator({ verifier })
  return {
    async verify(token) {
      const header = (name: string) => (name === 'authorization' ? [`Bearer ${token}`] : [])
      const outcome = await authenticator.authenticate({
        method: 'GET',
        target: '/',
        secure: true,
        remoteAddress: undefined,
        header,
      })
      if (!outcome.ok) throw outcome.error
      return outcome.auth
    },
  }
}

const authenticator = async () => routed([await verifierOf('a'), await verifierOf('b')])
const tenants = async () => {
  const verifiers = new Map([
    [nameOf('a'), await verifierOf('a')],
    [nameOf('b'), await verifierOf('b')],
  ])
  return createTenantVerifier({
    issuer: (iss) => iss.endsWith('.example'),
    resolve: (iss) => verifiers.get(iss),
    now,
  })
}
const routedTenants = async () => routed((await tenants()) as Verifier)
const alone = () => verifierOf('a')

/** One verifier of both, whose keys are tied to their issuers. */
const tied = async () =>
  createVerifier({
    issuer: [nameOf('a'), nameOf('b')],
    audience,
    typ: 'at+jwt',
    now,
    signature: {
      algorithms: ['HS256'],
      keys: {
        [nameOf('a')]: await testKey('HS256', { kid: '1', first: firstByte.a }),
        [nameOf('b')]: await testKey('HS256', { kid: '1', first: firstByte.b }),
      },
    },
  })

/** One verifier of both whose keys each of them could sign with. */
const shared = (issuer: unknown) => async () =>
  createVerifier(
    untyped({
      issuer,
      audience,
      typ: 'at+jwt',
      now,
      signature: {
        algorithms: ['HS256'],
        keys: [
          await testKey('HS256', { kid: '1', first: firstByte.a }),
          await testKey('HS256', { kid: '2', first: firstByte.b }),
        ],
      },
    }),
  )

const settings = {
  'keys that are tied to their issuers': tied,
  'two verifiers of one authenticator': authenticator,
  tenants: tenants,
  'tenants of one authenticator': routedTenants,
}
const honest = () => tokenOf(nameOf('a'), 'a')

const encryptedBy = (tenant: 'a' | 'b'): string =>
  handSeal(
    { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', kid: tenant },
    { ...goodClaims, iss: nameOf('a') },
    bytes(32, firstByte[tenant]),
  )
const encryptedTokens = async () => {
  const opener = async (tenant: 'a' | 'b') =>
    createVerifier({
      issuer: nameOf(tenant),
      audience,
      typ: 'at+jwt',
      now,
      encryption: {
        keyManagement: ['dir'],
        contentEncryption: ['A256GCM'],
        keys: await testKey('dir', { kid: tenant, first: firstByte[tenant] }),
      },
    })
  return routed([await opener('a'), await opener('b')])
}

export const crossIssuer: Family = family(
  'a token of one issuer under the keys of another',
  { source: 'CVE-2025-59936, RFC 8725 §3.8', twin: honest },
  [
    ...Object.entries(settings).flatMap(([where, policy]) => [
      {
        what: `says a, signed by b, among ${where}`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => tokenOf(nameOf('a'), 'b'),
      },
      {
        what: `says b, signed by a, among ${where}`,
        policy,
        code: 'SB_INTEGRITY_FAILED' as const,
        token: () => tokenOf(nameOf('b'), 'a'),
      },
      {
        what: `says neither, signed by a, among ${where}`,
        policy,
        code: 'SB_ISSUER_MISMATCH' as const,
        token: () => tokenOf('https://c.example', 'a'),
      },
      {
        what: `says another case of a, among ${where}`,
        policy,
        code: 'SB_ISSUER_MISMATCH' as const,
        token: () => tokenOf('https://A.example', 'a'),
      },
    ]),
    ...[null, 1, [nameOf('a')], [nameOf('a'), nameOf('b')], {}, undefined].flatMap((iss) =>
      Object.entries(settings).map(([where, policy]) => ({
        what: `says iss ${JSON.stringify(iss)}, among ${where}`,
        policy,
        code: 'SB_ISSUER_MISMATCH' as const,
        token: () => tokenOf(iss, 'a'),
      })),
    ),
    ...[
      ['a list', [nameOf('a'), nameOf('b')]],
      ['a function', (iss: string) => iss.endsWith('.example')],
    ].map(([how, several]) => ({
      what: `says a, signed by b, where ${how} of issuers shares the keys`,
      policy: shared(several),
      code: 'TypeError' as const,
      token: () => tokenOf(nameOf('a'), 'b', { kid: '2' }),
      twinPolicy: shared([nameOf('a')]),
    })),
    {
      what: 'says b, at a verifier of a',
      policy: alone,
      code: 'SB_ISSUER_MISMATCH',
      token: () => tokenOf(nameOf('b'), 'a'),
    },
    {
      what: 'of b as it is, at a verifier of a',
      policy: alone,
      code: 'SB_INTEGRITY_FAILED',
      token: () => tokenOf(nameOf('b'), 'b'),
    },
    {
      what: 'says b in its header',
      policy: authenticator,
      code: 'SB_INTEGRITY_FAILED',
      token: () => tokenOf(nameOf('a'), 'b', { iss: nameOf('b') }),
    },
    {
      what: 'an encrypted token that b sealed with claims of a',
      policy: encryptedTokens,
      code: 'SB_ISSUER_MISMATCH',
      token: () => encryptedBy('b'),
      twin: () => encryptedBy('a'),
    },
    {
      what: 'an encrypted token that b sealed and says is of a',
      policy: encryptedTokens,
      code: 'SB_INTEGRITY_FAILED',
      token: () =>
        handSeal(
          { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', kid: 'a' },
          { ...goodClaims, iss: nameOf('a') },
          bytes(32, firstByte.b),
        ),
      twin: () => encryptedBy('a'),
    },
  ],
)
