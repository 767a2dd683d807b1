/** An access token as a provider documents it, and what differs in its ID tokens, which an API must reject. */
export interface ProviderTokens {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** Members of an ID token's claims, where they differ. */
  readonly idToken?: Readonly<Record<string, unknown>>
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** Tokens by the name of the provider. They are signed with RS256, and have no times. */
export const providerTokens: Readonly<Record<string, ProviderTokens>> = {
  Auth0: {
    header: { typ: 'JWT' },
    claims: {
      iss: 'https://TENANT.REGION.auth0.com/',
      sub: 'auth0|123456',
      aud: ['API-IDENTIFIER', 'https://TENANT.REGION.auth0.com/userinfo'],
      azp: 'CLIENT-ID',
      scope: 'openid profile read:orders',
      permissions: ['read:orders'],
    },
    idToken: { aud: 'CLIENT-ID' },
    scopes: ['read:orders'],
    roles: [],
  },
  Keycloak: {
    header: { typ: 'JWT' },
    claims: {
      iss: 'https://HOST/realms/REALM',
      sub: 'f1b1b9a0-0000-4000-8000-000000000000',
      aud: ['API-CLIENT-ID', 'account'],
      typ: 'Bearer',
      azp: 'CLIENT-ID',
      realm_access: { roles: ['clerk'] },
      scope: 'profile email',
    },
    idToken: { aud: 'API-CLIENT-ID', typ: 'ID' },
    scopes: ['profile', 'email'],
    roles: ['clerk'],
  },
  'Entra ID': {
    header: { typ: 'JWT' },
    claims: {
      iss: 'https://login.microsoftonline.com/TENANT-ID/v2.0',
      aud: 'API-CLIENT-ID',
      azp: 'CLIENT-ID',
      oid: '00000000-0000-0000-0000-000000000000',
      tid: 'TENANT-ID',
      scp: 'Orders.Read Orders.Write',
      roles: ['Clerk'],
      ver: '2.0',
    },
    idToken: { aud: 'CLIENT-ID' },
    scopes: ['Orders.Read', 'Orders.Write'],
    roles: ['Clerk'],
  },
  Okta: {
    header: {},
    claims: {
      ver: 1,
      jti: 'AT.0000',
      iss: 'https://DOMAIN/oauth2/default',
      aud: 'api://default',
      cid: 'CLIENT-ID',
      uid: '00u000',
      scp: ['openid', 'orders:read'],
      sub: 'ada@example.com',
    },
    idToken: { aud: 'CLIENT-ID' },
    scopes: ['openid', 'orders:read'],
    roles: [],
  },
  Cognito: {
    header: {},
    claims: {
      sub: 'aaaaaaaa-bbbb-cccc-dddd-example',
      'cognito:groups': ['clerks'],
      iss: 'https://cognito-idp.REGION.amazonaws.com/POOL-ID',
      client_id: 'CLIENT-ID',
      token_use: 'access',
      scope: 'orders/read',
      username: 'ada',
    },
    idToken: { aud: 'CLIENT-ID', token_use: 'id' },
    scopes: ['orders/read'],
    roles: ['clerks'],
  },
  Google: {
    header: { typ: 'JWT' },
    claims: {
      iss: 'https://accounts.google.com',
      azp: 'CLIENT-ID',
      aud: 'CLIENT-ID',
      sub: '110169484474386276334',
      email: 'ada@DOMAIN',
      email_verified: true,
      hd: 'DOMAIN',
    },
    scopes: [],
    roles: [],
  },
}
