import { importPKCS8, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { now, nowSeconds } from '../../test-kit/parties.js'
import { pem, testPublicKey } from '../../test-kit/test-keys.js'
import { publicJwks } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'
import { createKeySet } from '../keys/key-set.js'
import { createVerifier } from './verifier.js'
import type { VerifierOptions } from './verifier-options.js'

/** What a policy says beside keys and clock. */
type ProviderPolicy = Pick<VerifierOptions, 'issuer' | 'audience' | 'typ' | 'requiredClaims'> & {
  readonly algorithms: readonly ['RS256']
}

interface Provider {
  /** As the provider's own documentation shows them. */
  readonly tokens: readonly { readonly kind: string; readonly header: object; readonly claims: object }[]
  /** As the README's table of providers gives them. */
  readonly policy: ProviderPolicy
  /** What the same provider also signs, and what must not pass for the token above. */
  readonly others: readonly {
    readonly kind: string
    readonly header?: object
    readonly claims?: object
    readonly code: string
  }[]
}

const life = { iat: nowSeconds - 60, exp: nowSeconds + 3540 }
const kid = 'provider-key-1'
const tenant = '9122040d-6c67-4c5b-b112-36a304b66dad'

/** A Cognito access token names its client and its use in claims, which a schema checks where `aud` cannot. */
const cognitoClaims = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => {
      const isAccess =
        typeof value === 'object' &&
        value !== null &&
        'token_use' in value &&
        value.token_use === 'access' &&
        'client_id' in value &&
        value.client_id === '1example23456789'
      return isAccess ? { value } : { issues: [{ message: 'not an access token of our client' }] }
    },
  },
} as const

const providers: Record<string, Provider> = {
  Auth0: {
    tokens: [
      {
        kind: 'access token, Auth0 profile',
        header: { alg: 'RS256', typ: 'JWT', kid },
        claims: {
          iss: 'https://my-domain.auth0.com/',
          sub: 'auth0|123456',
          aud: ['https://api.example.com', 'https://my-domain.auth0.com/userinfo'],
          azp: 'my_client_id',
          scope: 'openid profile read:orders',
          permissions: ['read:orders'],
          gty: 'password',
          ...life,
        },
      },
      {
        kind: 'access token, RFC 9068 profile',
        header: { alg: 'RS256', typ: 'at+jwt', kid },
        claims: {
          iss: 'https://my-domain.auth0.com/',
          sub: 'auth0|123456',
          aud: ['https://api.example.com', 'https://my-domain.auth0.com/userinfo'],
          client_id: 'my_client_id',
          jti: '73WakrfVbNJBaAmhQtEeDv',
          scope: 'openid profile read:orders',
          ...life,
        },
      },
      {
        kind: 'access token of a machine',
        header: { alg: 'RS256', typ: 'JWT', kid },
        claims: {
          iss: 'https://my-domain.auth0.com/',
          sub: 'my_client_id@clients',
          aud: 'https://api.example.com',
          azp: 'my_client_id',
          gty: 'client-credentials',
          ...life,
        },
      },
    ],
    policy: {
      issuer: 'https://my-domain.auth0.com/',
      audience: 'https://api.example.com',
      typ: ['at+jwt', 'JWT'],
      algorithms: ['RS256'],
    },
    others: [
      {
        kind: 'an ID token',
        claims: { aud: 'my_client_id', nonce: 'n', azp: undefined },
        code: 'SB_AUDIENCE_MISMATCH',
      },
      {
        kind: 'an issuer without its slash',
        claims: { iss: 'https://my-domain.auth0.com' },
        code: 'SB_ISSUER_MISMATCH',
      },
      { kind: 'another tenant', claims: { iss: 'https://other.auth0.com/' }, code: 'SB_ISSUER_MISMATCH' },
      { kind: 'a logout token', header: { typ: 'logout+jwt' }, code: 'SB_TYP_MISMATCH' },
    ],
  },
  Keycloak: {
    tokens: [
      {
        kind: 'access token',
        header: { alg: 'RS256', typ: 'JWT', kid },
        claims: {
          exp: nowSeconds + 300,
          iat: nowSeconds,
          auth_time: nowSeconds - 30,
          jti: 'onrtac:7e3b8d5b-1a2f-4b39-9c86-1f3bb0c1d111',
          iss: 'https://id.example.com/realms/orders',
          aud: ['orders-api', 'account'],
          sub: 'f3a1a4a5-6c1b-4d27-9e1a-35b0d9a4f001',
          typ: 'Bearer',
          azp: 'orders-web',
          sid: '5e6f5a0e-2f71-45d1-9d0c-6a3c9e1b2222',
          acr: '1',
          'allowed-origins': ['https://app.example.com'],
          realm_access: { roles: ['offline_access', 'uma_authorization', 'user'] },
          resource_access: { 'orders-api': { roles: ['reader'] }, account: { roles: ['view-profile'] } },
          scope: 'openid email profile',
          email_verified: true,
          preferred_username: 'jane',
        },
      },
    ],
    policy: {
      issuer: 'https://id.example.com/realms/orders',
      audience: 'orders-api',
      typ: ['at+jwt', 'JWT'],
      algorithms: ['RS256'],
    },
    others: [
      { kind: 'an ID token', claims: { aud: 'orders-web', typ: 'ID' }, code: 'SB_AUDIENCE_MISMATCH' },
      {
        kind: 'another realm',
        claims: { iss: 'https://id.example.com/realms/master' },
        code: 'SB_ISSUER_MISMATCH',
      },
      { kind: 'an audience that was never mapped', claims: { aud: 'account' }, code: 'SB_AUDIENCE_MISMATCH' },
      { kind: 'a logout token', header: { typ: 'logout+jwt' }, code: 'SB_TYP_MISMATCH' },
    ],
  },
  'Entra ID': {
    tokens: [
      {
        kind: 'access token, version 2.0',
        header: { typ: 'JWT', alg: 'RS256', kid },
        claims: {
          aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
          iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
          iat: nowSeconds - 60,
          nbf: nowSeconds - 60,
          exp: nowSeconds + 3900,
          aio: 'AXQAi/8IAAAAtAaZLo3ChMif',
          azp: '99cfba5e-2b7b-4e4c-8d33-0123456789ab',
          azpacr: '0',
          name: 'Jane Doe',
          oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
          preferred_username: 'jane@example.com',
          rh: '0.ARoAv4j5cvGGr0GRqy180BHbR8.',
          scp: 'Orders.Read Orders.Write',
          roles: ['Orders.Admin'],
          sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
          tid: tenant,
          uti: 'fqiBqXLPj0eQa82S-IYFAA',
          ver: '2.0',
        },
      },
    ],
    policy: {
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      audience: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
      typ: 'JWT',
      algorithms: ['RS256'],
    },
    others: [
      {
        kind: 'another tenant',
        claims: { iss: 'https://login.microsoftonline.com/common/v2.0' },
        code: 'SB_ISSUER_MISMATCH',
      },
      {
        kind: 'version 1.0',
        claims: { iss: `https://sts.windows.net/${tenant}/`, ver: '1.0' },
        code: 'SB_ISSUER_MISMATCH',
      },
      {
        kind: 'a token for Graph',
        claims: { aud: '00000003-0000-0000-c000-000000000000' },
        code: 'SB_AUDIENCE_MISMATCH',
      },
    ],
  },
  Okta: {
    tokens: [
      {
        kind: 'access token of a custom authorization server',
        header: { kid, alg: 'RS256' },
        claims: {
          ver: 1,
          jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
          iss: 'https://example.okta.com/oauth2/default',
          aud: 'api://default',
          iat: nowSeconds - 60,
          exp: nowSeconds + 3540,
          cid: '0oa1example',
          uid: '00uid4BxXw6I6TV4m0g3',
          scp: ['openid', 'orders:read'],
          auth_time: nowSeconds - 90,
          sub: 'jane@example.com',
        },
      },
    ],
    policy: {
      issuer: 'https://example.okta.com/oauth2/default',
      audience: 'api://default',
      typ: ['at+jwt', 'JWT', null],
      algorithms: ['RS256'],
    },
    others: [
      { kind: 'an ID token', claims: { aud: '0oa1example', jti: 'ID.1' }, code: 'SB_AUDIENCE_MISMATCH' },
      {
        kind: 'a token of the org authorization server',
        claims: { iss: 'https://example.okta.com', aud: 'https://example.okta.com' },
        code: 'SB_ISSUER_MISMATCH',
      },
      { kind: 'a device secret', header: { typ: 'okta-devicesecret+jwt' }, code: 'SB_TYP_MISMATCH' },
    ],
  },
  Cognito: {
    tokens: [
      {
        kind: 'access token',
        header: { kid, alg: 'RS256' },
        claims: {
          sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
          device_key: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
          'cognito:groups': ['admin'],
          iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_example',
          version: 2,
          client_id: '1example23456789',
          origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
          event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
          token_use: 'access',
          scope: 'aws.cognito.signin.user.admin orders/read',
          auth_time: nowSeconds - 60,
          exp: nowSeconds + 3540,
          iat: nowSeconds - 60,
          jti: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
          username: 'jane',
        },
      },
    ],
    policy: {
      issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_example',
      audience: 'any',
      typ: ['at+jwt', 'JWT', null],
      algorithms: ['RS256'],
    },
    others: [
      {
        kind: 'an ID token',
        claims: {
          aud: '1example23456789',
          token_use: 'id',
          client_id: undefined,
          'cognito:username': 'jane',
        },
        code: 'SB_CLAIMS_REJECTED',
      },
      { kind: 'a token of another client', claims: { client_id: 'other' }, code: 'SB_CLAIMS_REJECTED' },
      {
        kind: 'another pool',
        claims: { iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_other' },
        code: 'SB_ISSUER_MISMATCH',
      },
    ],
  },
  Google: {
    tokens: ['https://accounts.google.com', 'accounts.google.com'].map((iss) => ({
      kind: `ID token of ${iss}`,
      header: { alg: 'RS256', kid, typ: 'JWT' },
      claims: {
        iss,
        azp: '1234987819200.apps.googleusercontent.com',
        aud: '1234987819200.apps.googleusercontent.com',
        sub: '10769150350006150715113082367',
        at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
        hd: 'example.com',
        email: 'jsmith@example.com',
        email_verified: true,
        nonce: '0394852-3190485-2490358',
        ...life,
      },
    })),
    policy: {
      issuer: ['https://accounts.google.com', 'accounts.google.com'],
      audience: '1234987819200.apps.googleusercontent.com',
      typ: 'JWT',
      requiredClaims: ['sub'],
      algorithms: ['RS256'],
    },
    others: [
      {
        kind: 'a token for another app',
        claims: { aud: 'other.apps.googleusercontent.com' },
        code: 'SB_AUDIENCE_MISMATCH',
      },
      {
        kind: 'a token of a service account',
        claims: { iss: 'me@project.iam.gserviceaccount.com' },
        code: 'SB_ISSUER_MISMATCH',
      },
    ],
  },
}

const sign = async (header: object, claims: object): Promise<string> =>
  new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', ...header })
    .sign(await importPKCS8(pem('rsa.pkcs8'), 'RS256'))

/** The key as providers publish it: among others, with a certificate, and some without `alg`. */
async function published(withAlg: boolean) {
  const [jwk] = publicJwks(await testPublicKey('RS256', { kid })).keys
  const { alg: _, ...open } = jwk ?? {}
  const [other] = publicJwks(await testPublicKey('RSA-OAEP', { kid: 'encryption-key' })).keys
  return createKeySet({
    keys: [other ?? {}, { ...(withAlg ? jwk : open), x5c: ['MIIC'], x5t: 'AAAA', 'x5t#S256': 'AAAA' }],
  })
}

describe.each(Object.entries(providers))('%s', (name, { tokens, policy, others }) => {
  const { algorithms, ...options } = policy
  // Entra ID publishes its keys without alg.
  const verifier = async (keys?: Key) =>
    createVerifier({
      ...options,
      now,
      signature: {
        algorithms,
        keys: keys ?? (await published(name !== 'Entra ID')),
      },
      ...(name === 'Cognito' && { claimsSchema: cognitoClaims }),
    })

  test.each(tokens)(
    'tokens of Auth0, Keycloak, Entra ID, Okta, Cognito and Google accepted: $kind',
    async ({ header, claims }) => {
      const token = await sign(header, claims)
      const verified = await (await verifier()).verify(token)
      expect(verified.claims).toEqual(claims)
      expect(verified.protectedHeader).toEqual(header)
    },
  )

  test.each(others)('$kind is refused', async ({ header, claims, code }) => {
    const [good] = tokens
    const token = await sign({ ...good?.header, ...header }, { ...good?.claims, ...claims })
    await expect((await verifier()).verify(token)).rejects.toMatchObject({ code })
  })

  test('its token after its life is refused', async () => {
    const [good] = tokens
    const token = await sign({ ...good?.header }, { ...good?.claims, exp: nowSeconds })
    await expect((await verifier()).verify(token)).rejects.toMatchObject({ code: 'SB_TOKEN_EXPIRED' })
  })

  test('its token under a key that it did not publish is refused', async () => {
    const [good] = tokens
    const token = await sign({ ...good?.header, kid: 'unpublished' }, { ...good?.claims })
    await expect((await verifier()).verify(token)).rejects.toMatchObject({ code: 'SB_KEY_NOT_FOUND' })
  })
})

test('Entra ID for many tenants: a function accepts the issuers', async () => {
  const [token] = providers['Entra ID']?.tokens ?? []
  const tenants = new Set([tenant])
  const pattern = /^https:\/\/login\.microsoftonline\.com\/([\da-f-]{36})\/v2\.0$/
  const verifier = createVerifier({
    issuer: (iss) => tenants.has(pattern.exec(iss)?.[1] ?? ''),
    audience: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    typ: 'JWT',
    // One party signs for all of these tenants.
    signature: { algorithms: ['RS256'], keys: await published(false), sharedByIssuers: true },
    now,
  })
  const good = { ...token?.claims }
  await expect(verifier.verify(await sign({ ...token?.header }, good))).resolves.toBeDefined()
  const attacker = {
    ...good,
    iss: 'https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0',
  }
  await expect(verifier.verify(await sign({ ...token?.header }, attacker))).rejects.toMatchObject({
    code: 'SB_ISSUER_MISMATCH',
  })
})
