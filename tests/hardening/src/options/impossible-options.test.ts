import { describe, expect, test } from 'vitest'
import { createGuard } from '#core/adapter.js'
import {
  bearer,
  cookie,
  createAuthenticator,
  createIssuer,
  createKeyRing,
  createKeySet,
  createRemoteKeySet,
  createTenantVerifier,
  createVerifier,
  discoverIssuer,
  dpop,
  fromHeader,
  fromSocket,
  generateKey,
  header,
  importKey,
  type JWK,
  type Key,
  publicJwks,
} from '#core/index.js'
import { createMemoryStore } from '#core/stores.js'

const issuer = 'https://auth.example.com'
const audience = 'https://api.example.com'
const [ec, rsa, hmac] = await Promise.all([generateKey('ES256'), generateKey('RS256'), generateKey('HS256')])
const [direct, agreement] = await Promise.all([
  generateKey('dir', { enc: 'A256GCM' }),
  generateKey('ECDH-ES', { crv: 'P-256' }),
])
const publicOf = async (key: Key): Promise<Key> => importKey(publicJwks(key).keys[0] as JWK, { alg: key.alg })
const [ecPublic, agreementPublic] = [await publicOf(ec), await publicOf(agreement)]
const [ecSet, rsaSet, emptySet] = [
  await createKeySet([ec]),
  await createKeySet([rsa]),
  await createKeySet([]),
]
const [ecJwks, rsaJwks] = [await createKeySet(publicJwks(ec)), await createKeySet(publicJwks(rsa))]
const [directSet, agreementSet] = [await createKeySet([direct]), await createKeySet(publicJwks(agreement))]
const [ecRing, edRing] = [
  await createKeyRing({ keys: ['ES256'] }),
  await createKeyRing({ keys: ['Ed25519'] }),
]
const remote = () => createRemoteKeySet('https://auth.example.com/jwks')
const verifierOf = (iss: string) =>
  createVerifier({ issuer: iss, audience, typ: 'at+jwt', signature: { algorithms: ['ES256'], keys: ec } })

/** An option, values by which nothing could ever be accepted or done, and their nearest twins. */
interface Row {
  readonly option: string
  readonly impossible: readonly unknown[]
  readonly possible: readonly unknown[]
}

interface Factory {
  readonly name: string
  readonly make: (options: object) => unknown
  readonly good: Readonly<Record<string, unknown>>
  /** The names that the factory accepts, as its message about an unknown one lists them, are all among these rows. */
  readonly rows: readonly Row[]
}

const notADate = { option: 'now', impossible: [new Date(), 0, {}], possible: [() => new Date()] }
const notAFunction = (option: string): Row => ({
  option,
  impossible: [true, {}, 'console.log'],
  possible: [() => undefined],
})
const notABoolean = (option: string): Row => ({
  option,
  impossible: ['false', 0, null, {}],
  possible: [true, false],
})
const noItem = undefined
const names = {
  impossible: [
    '',
    [],
    [''],
    7,
    {},
    'https://*.example.com',
    ' https://a.example',
    'https://a.example\n',
    'https://a b',
    '\ud800',
    ['a', '\udfff'],
    [noItem, 'a'],
  ],
  possible: ['https://a.example', ['https://a.example'], 'a', 'urn:example:a', 'https://a.example/*'],
}
const size: Row = {
  option: 'maxTokenSize',
  impossible: [0, 1, 49, 1.5, -1, '16384', Number.NaN],
  possible: [50, 16_384],
}
const cache: Row = {
  option: 'cache',
  impossible: [
    true,
    0,
    [],
    { maxEntries: 0 },
    { maxEntries: 2 ** 32 },
    { maxBytes: 0 },
    { maxBytes: 739 },
    { maxSize: 1 },
  ],
  possible: [false, {}, { maxEntries: 1 }, { maxBytes: 740 }],
}

const signatures = {
  impossible: [
    null,
    {},
    { algorithms: [], keys: ec },
    { algorithms: ['none'], keys: ec },
    { algorithms: ['HS1'], keys: ec },
    { algorithms: ['ES256'], keys: [] },
    { algorithms: ['ES256'], keys: rsa },
    { algorithms: ['ES256'], keys: [rsa, hmac] },
    { algorithms: ['ES256', 'RS256'], keys: edRing },
    { algorithms: ['HS256'], keys: remote() },
    { algorithms: ['HS256', 'HS512'], keys: [remote(), edRing] },
    { algorithms: ['ES256'], keys: { 'https://other.example': ec } },
    { algorithms: ['ES256'], keys: ec, sharedByIssuers: false },
  ],
  possible: [
    { algorithms: ['ES256'], keys: ec },
    { algorithms: ['ES256'], keys: ecPublic },
    { algorithms: ['RS256', 'ES256'], keys: ec },
    { algorithms: ['ES256'], keys: [rsa, ec] },
    { algorithms: ['ES256'], keys: ecSet },
    { algorithms: ['ES256'], keys: ecJwks },
    { algorithms: ['ES256'], keys: [rsaSet, ecJwks] },
    // They may be replaced later.
    { algorithms: ['ES256'], keys: emptySet },
    { algorithms: ['ES256'], keys: rsaSet },
    { algorithms: ['ES256'], keys: rsaJwks },
    { algorithms: ['ES256'], keys: [rsaSet, hmac] },
    { algorithms: ['ES256'], keys: [rsaSet, rsaJwks] },
    { algorithms: ['ES256'], keys: { [issuer]: rsaSet } },
    { algorithms: ['ES256'], keys: ecRing },
    { algorithms: ['ES256'], keys: remote() },
    { algorithms: ['HS256'], keys: [remote(), hmac] },
    { algorithms: ['ES256'], keys: { select: () => [ec], generation: 0 } },
    { algorithms: ['ES256'], keys: { [issuer]: ecSet } },
  ],
}

const remoteRows: readonly Row[] = [
  { option: 'timeout', impossible: [0, -1, '0s', 'soon', 2 ** 31, Number.NaN], possible: [0.1, '5s'] },
  { option: 'maxBytes', impossible: [0, -1, 1.5, '1kB'], possible: [1_000, 262_144] },
  { option: 'minAge', impossible: [-1, '2h', 'soon'], possible: [0, '1h'] },
  { option: 'maxAge', impossible: [-1, 59, 'an hour'], possible: ['1m', '1d'] },
  { option: 'cooldown', impossible: [-1, 'never', Number.NaN], possible: [0, '30s'] },
  { option: 'maxStale', impossible: [0, -1, 'never'], possible: [1, '24h'] },
  { option: 'fetch', impossible: [{}, 'https://proxy.example'], possible: [globalThis.fetch] },
  { option: 'store', impossible: [{}, { load: () => undefined }], possible: [createMemoryStore()] },
  notAFunction('onEvent'),
  notABoolean('shareLoads'),
  { option: 'waitUntil', impossible: [true, {}], possible: [() => undefined] },
  {
    option: 'algorithm',
    impossible: ['none', 'ES257', 'HS256', 'dir', 'A256KW', ['RS256', 'HS256'], ['none']],
    possible: ['RS256', ['RS256', 'ES256'], 'RSA-OAEP-256'],
  },
  notABoolean('requireHttps'),
  notADate,
]

const factories: readonly Factory[] = [
  {
    name: 'createVerifier',
    make: (options) => createVerifier(options as never),
    good: { issuer, audience, typ: 'at+jwt', signature: { algorithms: ['ES256'], keys: ec } },
    rows: [
      {
        option: 'issuer',
        impossible: names.impossible,
        possible: ['https://a.example', 'urn:example:a', null],
      },
      {
        option: 'audience',
        impossible: [
          ...names.impossible,
          ['a', 'any'],
          { only: [] },
          { only: 'https://*.example.com' },
          { only: ' a' },
          { all: 'a' },
        ],
        possible: [...names.possible, 'any', null, { only: 'a' }],
      },
      {
        option: 'typ',
        impossible: ['', [], 'at jwt', 'at+jwt; charset=utf-8', ['JWT', 'any'], 7, 'a/b/c', '\u212awt'],
        possible: ['at+jwt', 'application/at+jwt', 'JWT', null, ['JWT', null], 'any'],
      },
      { option: 'signature', ...signatures },
      {
        option: 'clockTolerance',
        impossible: [-1, '1d', 5_000, Number.NaN, 'little'],
        possible: [0, '1m', 3_600],
      },
      { option: 'exp', impossible: ['required', null, false, 'optional'], possible: [undefined] },
      { option: 'maxTokenAge', impossible: [0, '0s', -1, Number.NaN, null], possible: [1, '15m'] },
      {
        option: 'requiredClaims',
        impossible: [[''], ['sub tenant'], ['sub '], [7], ['\ud800'], {}, [noItem, 'sub'], ['__proto__']],
        possible: [[], 'sub', ['sub'], ['constructor'], ['https://a.example/tenant']],
      },
      {
        option: 'claimsSchema',
        impossible: [{}, true, { parse: () => 1 }],
        possible: [{ '~standard': { version: 1, vendor: 'a', validate: (value: unknown) => ({ value }) } }],
      },
      notAFunction('revoked'),
      {
        option: 'revocations',
        impossible: [{}, true, () => false, { isRevoked: true }],
        possible: [{ isRevoked: () => false }],
      },
      size,
      { option: 'profile', impossible: ['rfc9069', 'mcp', true], possible: ['rfc9068'] },
      cache,
      notADate,
    ],
  },
  {
    name: 'createVerifier, for encrypted tokens',
    make: (options) => createVerifier(options as never),
    good: {
      issuer,
      audience,
      typ: 'at+jwt',
      encryption: { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: direct },
    },
    rows: [
      {
        option: 'encryption',
        impossible: [
          null,
          { keyManagement: [], contentEncryption: ['A256GCM'], keys: direct },
          { keyManagement: ['dir'], contentEncryption: [], keys: direct },
          { keyManagement: ['dir'], contentEncryption: ['A128GCM'], keys: direct },
          { keyManagement: ['A256KW'], contentEncryption: ['A256GCM'], keys: direct },
          { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: ecRing },
          { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: remote() },
          { keyManagement: ['RSA1_5'], contentEncryption: ['A256GCM'], keys: direct },
          { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: direct, cty: 'JWT' },
        ],
        possible: [
          { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: direct },
          { keyManagement: ['dir', 'A256KW'], contentEncryption: ['A128GCM', 'A256GCM'], keys: direct },
          { keyManagement: ['dir'], contentEncryption: ['A256GCM'], keys: directSet },
        ],
      },
    ],
  },
  {
    name: 'createVerifier, for nested tokens',
    make: (options) => createVerifier(options as never),
    good: {
      ...{ issuer, audience, typ: 'at+jwt', signature: { algorithms: ['ES256'], keys: ec } },
      encryption: { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: agreement },
    },
    rows: [
      {
        option: 'encryption',
        impossible: [
          { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: agreementPublic },
          { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: agreement, cty: 'JWS' },
          { keyManagement: ['ECDH-ES'], contentEncryption: ['A256GCM'], keys: agreement, cty: [] },
          {
            keyManagement: ['ECDH-ES'],
            contentEncryption: ['A256GCM'],
            keys: agreement,
            nesting: { claim: '' },
          },
          {
            keyManagement: ['ECDH-ES'],
            contentEncryption: ['A256GCM'],
            keys: agreement,
            nesting: { claim: 'exp' },
          },
          {
            keyManagement: ['ECDH-ES'],
            contentEncryption: ['A256GCM'],
            keys: agreement,
            nesting: { claim: '__proto__' },
          },
          {
            keyManagement: ['ECDH-ES'],
            contentEncryption: ['A256GCM'],
            keys: agreement,
            nesting: { claim: '\ud800' },
          },
        ],
        possible: [
          {
            keyManagement: ['ECDH-ES'],
            contentEncryption: ['A256GCM'],
            keys: agreement,
            cty: ['JWT', 'at+jwt'],
          },
          {
            keyManagement: ['ECDH-ES'],
            contentEncryption: ['A256GCM'],
            keys: agreement,
            nesting: { claim: 'token' },
          },
        ],
      },
    ],
  },
  {
    name: 'createIssuer',
    make: (options) => createIssuer(options as never),
    good: { issuer, audience, typ: 'at+jwt', lifetime: '15m', signature: { algorithm: 'ES256', keys: ec } },
    rows: [
      {
        option: 'issuer',
        impossible: [...names.impossible, ['https://a.example']],
        possible: ['https://a.example', null],
      },
      { option: 'audience', impossible: names.impossible, possible: [...names.possible, null] },
      { option: 'exp', impossible: ['required', 'optional', null], possible: [undefined] },
      {
        option: 'lifetime',
        impossible: [0, -1, '0s', '2h', 'long', Number.NaN, undefined],
        possible: [1, '1h'],
      },
      { option: 'maxLifetime', impossible: [0, '14m', -1, 'long'], possible: ['15m', '30d'] },
      {
        option: 'typ',
        impossible: ['', 'any', 'at jwt', 'at+jwt; a=b', 7, []],
        possible: ['at+jwt', 'JWT', null],
      },
      { option: 'profile', impossible: ['rfc9069', true], possible: ['rfc9068'] },
      {
        option: 'signature',
        impossible: [
          null,
          {},
          { algorithm: 'none', keys: ec },
          { algorithm: ['ES256'], keys: ec },
          { algorithm: 'ES256', keys: [] },
          { algorithm: 'ES256', keys: rsa },
          { algorithm: 'ES256', keys: ecPublic },
          { algorithm: 'ES256', keys: edRing },
          { algorithm: 'ES256', keys: remote() },
          { algorithm: 'ES256', keys: [remote(), edRing] },
        ],
        possible: [
          { algorithm: 'ES256', keys: ec },
          { algorithm: 'ES256', keys: [rsa, ec] },
          { algorithm: 'ES256', keys: ecSet },
          { algorithm: 'ES256', keys: emptySet },
          { algorithm: 'ES256', keys: ecRing },
          { algorithm: 'ES256', keys: [rsaSet, ec] },
        ],
      },
      {
        option: 'encryption',
        impossible: [
          null,
          { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys: ec },
          { keyManagement: 'dir', contentEncryption: 'A128GCM', keys: direct },
          { keyManagement: 'dir', contentEncryption: 'A256GCM', keys: remote() },
          {
            keyManagement: 'ECDH-ES',
            contentEncryption: 'A256GCM',
            keys: agreement,
            nesting: { claim: 'sub' },
          },
        ],
        possible: [
          { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys: agreementPublic },
          { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys: agreementSet },
          { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM', keys: remote() },
          { keyManagement: 'dir', contentEncryption: 'A256GCM', keys: directSet },
        ],
      },
      {
        option: 'confidentialClaims',
        impossible: [['iss'], ['EXP'], [''], ['_'], 'email', {}],
        possible: [[], ['email'], ['constructor']],
      },
      {
        option: 'forbiddenClaims',
        impossible: [['jti'], [''], ['-'], 'email', null],
        possible: [[], ['email']],
      },
      size,
      notADate,
    ],
  },
  {
    name: "createIssuer, profile 'rfc9068'",
    make: (options) => createIssuer(options as never),
    good: {
      issuer,
      audience,
      typ: 'at+jwt',
      lifetime: '15m',
      profile: 'rfc9068',
      signature: { algorithm: 'ES256', keys: ec },
    },
    rows: [
      { option: 'typ', impossible: ['JWT', null, undefined], possible: ['AT+JWT'] },
      { option: 'issuer', impossible: [null], possible: [issuer] },
      { option: 'audience', impossible: [null], possible: [audience] },
      {
        option: 'forbiddenClaims',
        impossible: [['sub'], ['clientId'], ['email', 'client_id']],
        possible: [['email']],
      },
      { option: 'confidentialClaims', impossible: [['sub'], ['client-id']], possible: [['email']] },
    ],
  },
  {
    name: 'createAuthenticator',
    make: (options) => createAuthenticator(options as never),
    good: { verifier: verifierOf(issuer) },
    rows: [
      {
        option: 'verifier',
        impossible: [undefined, null, {}, [], [verifierOf(issuer), verifierOf(issuer)]],
        possible: [[verifierOf(issuer), verifierOf('https://b.example')]],
      },
      {
        option: 'credentials',
        impossible: [
          [],
          bearer(),
          [bearer],
          ['authorization'],
          [bearer(), bearer()],
          [bearer(), header('Authorization', { scheme: 'bearer' })],
          [bearer(), header('authorization')],
          [header('authorization'), header('authorization', { scheme: 'JWT' })],
          [header('x-a'), header('X-A')],
          [header('x-a'), header('x-a', { scheme: 'JWT' })],
          [cookie('a'), cookie('a')],
          [noItem, bearer()],
        ],
        possible: [
          [bearer()],
          [bearer(), header('authorization', { scheme: 'JWT' })],
          [bearer(), header('x-a')],
          [header('x-a', { scheme: 'A' }), header('x-a', { scheme: 'B' })],
          [cookie('a'), cookie('A')],
          [header('authorization')],
        ],
      },
      { option: 'realm', impossible: ['', '\n', 'é', 7], possible: ['orders', 'the "orders"'] },
      notABoolean('requireHttps'),
      {
        option: 'csrf',
        impossible: [
          null,
          { origin: [] },
          ...[
            ['https://*.example.app'],
            ['https://app.example.com/'],
            ['https://app.example.com/path'],
            ['https://app.example.com:443'],
            ['http://app.example.com:80'],
            ['HTTPS://app.example.com'],
            ['https://App.example.com'],
            ['https://bücher.example'],
            ['https://user@app.example.com'],
            ['https://app.example.com?'],
            ['https://app.example.com#'],
            ['app.example.com'],
            ['localhost:3000'],
            ['//app.example.com'],
            ['*'],
            ['null'],
            ['file://'],
            ['file:///index.html'],
            ['data:text/html,a'],
            ['capacitor:localhost'],
            ['capacitor://localhost/'],
            [' https://app.example.com'],
            ['https://app.example.com '],
            ['https://a.example, https://b.example'],
            [''],
            [],
            [7],
            true,
            /example/,
          ].map((origins) => ({ origins })),
        ],
        possible: [
          {},
          ...[
            ['https://app.example.com'],
            'https://app.example.com',
            ['https://app.example.com:8443', 'http://localhost:3000'],
            ['https://xn--bcher-kva.example'],
            ['capacitor://localhost', 'chrome-extension://abcdefghijklmnop'],
            ['http://[::1]:3000'],
            (origin: string) => origin.endsWith('.preview.example'),
          ].map((origins) => ({ origins })),
        ],
      },
      {
        option: 'scopes',
        impossible: [
          true,
          [],
          'all',
          // For roles alone.
          'any',
          {},
          { 'https://other.example': ['a'] },
          { [`${issuer}/`]: ['a'] },
          { [issuer]: 'a' },
          { [issuer]: ['a b'] },
          { [issuer]: [''] },
          { [issuer]: [noItem, 'a'] },
          { [issuer]: ['"'] },
        ],
        possible: [() => ['a'], { [issuer]: ['a', 'b:c'] }, { [issuer]: [] }, { [issuer]: () => ['a'] }],
      },
      {
        option: 'roles',
        impossible: [
          true,
          [],
          'all',
          {},
          { 'https://other.example': ['a'] },
          { [issuer]: 'a' },
          { [issuer]: [''] },
          { [issuer]: [7] },
          { [issuer]: ['\ud800'] },
        ],
        possible: ['any', () => ['a'], { [issuer]: ['a', 'the admin'] }],
      },
      {
        option: 'scopeImplies',
        impossible: [true, [], 'a', { a: [] }, { a: 7 }, { 'a b': ['c'] }, { a: ['b  c'] }, { '': ['a'] }],
        possible: [{ a: 'b' }, { a: ['b', 'c'], b: 'a' }, { a: 'b c' }],
      },
      {
        option: 'resource',
        impossible: [
          {},
          ...[
            'http://api.example.com',
            'https://api.example.com#a',
            'https://api.example.com?a',
            'api.example.com',
            'https://u@api.example.com',
            '',
          ].map((identifier) => ({ identifier, authorizationServers: [issuer] })),
          ...[[], [''], undefined, 'auth.example.com', ['https://auth.example.com?a']].map(
            (authorizationServers) => ({ identifier: audience, authorizationServers }),
          ),
          ...[[], '', 'a  b', ['"']].map((scopes) => ({
            identifier: audience,
            authorizationServers: [issuer],
            scopes,
          })),
          { identifier: audience, authorizationServers: [issuer], documentation: 'docs' },
          { identifier: audience, authorizationServers: [issuer], name: '' },
          ...[
            {},
            { key: rsa, algorithm: 'ES256' },
            { key: hmac, algorithm: 'HS256' },
            { key: ecPublic, algorithm: 'ES256' },
          ].map((signature) => ({ identifier: audience, authorizationServers: [issuer], signature })),
        ],
        possible: [
          { identifier: audience, authorizationServers: issuer },
          {
            identifier: `${audience}/orders`,
            authorizationServers: [issuer],
            scopes: 'a b',
            documentation: `${audience}/docs#a`,
            name: 'Orders',
          },
          {
            identifier: audience,
            authorizationServers: [issuer],
            signature: { key: ec, algorithm: 'ES256' },
          },
        ],
      },
      { option: 'profile', impossible: ['rfc9068', 'mcp', 'fapi2', true], possible: [undefined] },
      {
        option: 'clientCertificate',
        impossible: [{}, true, 'Client-Cert', fromSocket],
        possible: [fromSocket()],
      },
      { option: 'confirmation', impossible: ['none', true, null], possible: ['ignore'] },
      {
        option: 'renewal',
        impossible: [{}, true, () => undefined],
        possible: [{ isPossible: () => false, renew: async () => ({ token: undefined, headers: {} }) }],
      },
      { option: 'explain', impossible: ['yes', 1, {}], possible: [false] },
      notAFunction('onDecision'),
    ],
  },
  {
    name: 'createAuthenticator, that ignores bindings',
    make: (options) => createAuthenticator(options as never),
    good: { verifier: verifierOf(issuer), confirmation: 'ignore' },
    rows: [{ option: 'clientCertificate', impossible: [fromSocket()], possible: [undefined] }],
  },
  {
    name: 'createTenantVerifier',
    make: (options) => createTenantVerifier(options as never),
    good: { issuer: () => true, resolve: () => undefined },
    rows: [
      {
        option: 'issuer',
        impossible: [undefined, issuer, [issuer], /example/, true],
        possible: [(iss: string) => iss.endsWith('.example')],
      },
      { option: 'resolve', impossible: [undefined, {}, new Map()], possible: [() => verifierOf(issuer)] },
      { option: 'maxIssuers', impossible: [0, -1, 1.5, 2 ** 32, '10'], possible: [1, 1_000] },
      cache,
      { option: 'keepFor', impossible: [-1, 'long'], possible: [0, '1h', '3h'] },
      { option: 'maxStale', impossible: [-1, 0, '59m', 'never'], possible: ['1h', '1d'] },
      { option: 'unknownFor', impossible: [-1, 'never'], possible: [0, '1m'] },
      { option: 'timeout', impossible: [0, -1, 'never', 2 ** 31], possible: [1, '30s'] },
      size,
      notAFunction('onError'),
      notABoolean('shareLoads'),
      notADate,
    ],
  },
  {
    name: 'createRemoteKeySet',
    make: ({ url, ...options }: { url?: string }) => createRemoteKeySet(url as string, options),
    good: { url: 'https://auth.example.com/jwks' },
    rows: [
      {
        option: 'url',
        impossible: [
          '',
          'auth.example.com',
          'http://auth.example.com/jwks',
          'ftp://auth.example.com',
          'https://u:p@auth.example.com',
          'https://',
          7,
          {},
        ],
        possible: [
          'https://auth.example.com',
          'http://127.0.0.1:3000/jwks',
          new URL('https://auth.example.com/jwks?a=b'),
        ],
      },
      ...remoteRows,
    ],
  },
  {
    name: 'discoverIssuer',
    make: ({ url, ...options }: { url?: string }) => discoverIssuer(url as string, options),
    good: { url: 'https://auth.example.com' },
    rows: [
      {
        option: 'url',
        impossible: [
          '',
          'auth.example.com',
          'http://auth.example.com',
          'https://auth.example.com?a',
          'https://auth.example.com#a',
          'https://u@auth.example.com',
          ' https://auth.example.com',
          new URL('https://auth.example.com'),
        ],
        possible: ['https://auth.example.com/', 'https://auth.example.com/tenant'],
      },
      {
        option: 'metadataUrl',
        impossible: ['', 'http://a.example', 'metadata.json', 7],
        possible: ['https://a.example/metadata', 'http://localhost/a'],
      },
      ...remoteRows,
    ],
  },
  {
    name: 'createKeySet',
    make: ({ keys, ...options }: { keys?: readonly Key[] }) => createKeySet(keys as readonly Key[], options),
    good: { keys: publicJwks(ec) },
    rows: [
      {
        option: 'keys',
        impossible: [
          undefined,
          {},
          ec,
          [publicJwks(ec).keys[0]],
          [ecSet],
          { keys: [] },
          { keys: [{ kty: 'EC' }] },
          { keys: [{ kty: 'oct', k: 'AA' }] },
        ],
        possible: [[ec], [], publicJwks([ec, rsa])],
      },
      { option: 'withoutKid', impossible: ['all', true], possible: ['only', 'try'] },
      {
        option: 'algorithm',
        impossible: ['none', 'ES257', ['none'], 7],
        possible: ['ES256', ['ES256', 'RS256']],
      },
    ],
  },
  {
    name: 'createKeySet, of a JWK without alg',
    make: (options) =>
      createKeySet({ keys: publicJwks(ec).keys.map(({ alg: _, ...jwk }) => jwk) }, options as never),
    good: {},
    rows: [
      {
        option: 'algorithm',
        impossible: ['RS256', ['RS256', 'HS256'], 'ES384'],
        possible: ['ES256', ['RS256', 'ES256'], undefined],
      },
    ],
  },
  {
    name: 'dpop',
    make: (options) => dpop(options as never),
    good: { origin: audience, replay: createMemoryStore() },
    rows: [
      {
        option: 'origin',
        impossible: [
          undefined,
          '',
          'api.example.com',
          'http://api.example.com',
          `${audience}/`.concat('orders'),
          `${audience}?a`,
          `${audience}#`,
          'https://u@api.example.com',
          'https://*.example.com',
          [audience],
        ],
        possible: [
          `${audience}/`,
          'http://localhost:3000',
          'https://api.example.com:8443',
          'https://API.example.com',
        ],
      },
      {
        option: 'replay',
        impossible: [undefined, {}, new Set(), true],
        possible: [{ claim: async () => true }],
      },
      {
        option: 'nonce',
        impossible: [
          true,
          {},
          { secret: 'short' },
          { secret: [] },
          { secret: 'x'.repeat(32), lifetime: 0 },
          { secret: 'x'.repeat(32), lifetime: 'long' },
          { secret: ec },
        ],
        possible: [{ secret: 'x'.repeat(32) }, { secret: [hmac, 'x'.repeat(32)], lifetime: '1m' }],
      },
      {
        option: 'algorithms',
        impossible: [[], ['none'], ['HS256'], ['ES256', 'HS512'], 'ES256', ['RSA-OAEP']],
        possible: [['ES256'], ['PS256', 'Ed25519']],
      },
      { option: 'maxAge', impossible: [0, 0.5, -1, 'long'], possible: [1, '60s'] },
      { option: 'clockTolerance', impossible: [-1, 'little', Number.NaN], possible: [0, '5s'] },
      notADate,
    ],
  },
  {
    name: 'fromHeader',
    make: ({ name, ...options }: { name?: string }) => fromHeader(name as string, options as never),
    good: { name: 'Client-Cert', trusted: () => true },
    rows: [
      {
        option: 'name',
        impossible: [
          '',
          ' ',
          'Client Cert',
          'client-cert:',
          ':path',
          'é',
          7,
          'cookie',
          'Authorization',
          'host',
          'set-cookie',
        ],
        possible: ['Client-Cert', 'X-SSL-Client-Cert'],
      },
      { option: 'format', impossible: ['pem', 'xfcc', true], possible: ['rfc9440', 'nginx'] },
      {
        option: 'trusted',
        impossible: [undefined, true, '10.0.0.1', ['10.0.0.1'], /10/],
        possible: [(address: string) => address === '10.0.0.1'],
      },
    ],
  },
  {
    name: 'header',
    make: ({ name, ...options }: { name?: string }) => header(name as string, options),
    good: { name: 'cf-access-jwt-assertion' },
    rows: [
      {
        option: 'name',
        impossible: [
          '',
          ' ',
          'x a',
          'x:',
          ':authority',
          'é',
          7,
          'Cookie',
          'set-cookie',
          'Host',
          'origin',
          'Connection',
          'content-length',
          'transfer-encoding',
          'upgrade',
          'te',
          'trailer',
          'keep-alive',
          'Sec-Fetch-Site',
        ],
        possible: ['cf-access-jwt-assertion', 'Authorization', 'Proxy-Authorization', 'x_token'],
      },
      { option: 'scheme', impossible: ['', ' ', 'Bearer ', 'a b', 'é', 7], possible: ['Bearer', 'JWT'] },
    ],
  },
  {
    name: 'cookie',
    make: ({ name }: { name?: string }) => cookie(name as string),
    good: { name: '__Host-access' },
    rows: [
      {
        option: 'name',
        impossible: ['', ' ', 'a b', 'a=b', 'a;b', 'a,b', 'é', '"a"', 7, '\t'],
        possible: ['a', '__Secure-a', 'a.0'],
      },
    ],
  },
  {
    name: 'a requirement',
    make: (requirement) => createGuard(createAuthenticator({ verifier: verifierOf(issuer) }), requirement),
    good: {},
    rows: [
      ...['scope', 'anyScope'].map((option) => ({
        option,
        impossible: ['', ' ', 'a  b', ' a', [], [''], ['a', ''], [noItem, 'a'], 7, null, '"', 'é', {}],
        possible: ['a', 'a b', ['a', 'b c']],
      })),
      ...['role', 'anyRole'].map((option) => ({
        option,
        impossible: ['', [], [''], [noItem, 'a'], 7, null, '\ud800', {}],
        possible: ['a', 'the admin', ['a', 'b']],
      })),
      {
        option: 'issuer',
        impossible: ['', [], 'https://other.example', [issuer, `${issuer}/`], 7, null],
        possible: [issuer, [issuer]],
      },
      { option: 'acr', impossible: ['', [], 'a b', ['é'], 7], possible: ['urn:example:mfa', ['a', 'b']] },
      { option: 'maxAge', impossible: [0, 0.5, -1, 'long', Number.NaN], possible: [1, '10m'] },
      { option: 'actor', impossible: ['', [], [''], 7, '\ud800'], possible: ['service', ['a', 'b']] },
      { option: 'where', impossible: [true, 'admin', {}], possible: [() => true] },
      { option: 'optional', impossible: ['yes', 1, null], possible: [true, false] },
    ],
  },
]

const shown = (value: unknown): string => {
  try {
    return (
      JSON.stringify(value, (_, part) =>
        typeof part === 'function'
          ? `function ${part.name}`
          : typeof part === 'number' && !Number.isFinite(part)
            ? String(part)
            : part,
      ) ?? String(value)
    ).slice(0, 100)
  } catch {
    return String(value)
  }
}

async function made({ make, good }: Factory, option: string, value: unknown): Promise<unknown> {
  try {
    await make({ ...good, [option]: value })
    return 'made'
  } catch (error) {
    return error
  }
}

describe.each(factories)('$name', (factory) => {
  const cases = factory.rows.flatMap(({ option, impossible, possible }) => [
    ...impossible.map((value, i) => ({
      title: `${option}: ${shown(value)} (${i})`,
      option,
      value,
      isPossible: false,
    })),
    ...possible.map((value, i) => ({
      title: `${option}: ${shown(value)} (${i})`,
      option,
      value,
      isPossible: true,
    })),
  ])
  test.each(cases.filter(({ isPossible }) => !isPossible))('refuses $title', async ({ option, value }) => {
    expect(await made(factory, option, value)).toBeInstanceOf(TypeError)
  })
  test.each(cases.filter(({ isPossible }) => isPossible))('accepts $title', async ({ option, value }) => {
    expect(await made(factory, option, value)).toBe('made')
  })
})

/** The names that a factory accepts, as its message about an unknown one lists them. */
async function optionsOf(factory: Factory): Promise<readonly string[]> {
  const error = await made(factory, 'no such option', 1)
  return error instanceof Error ? (/it accepts (.*)$/.exec(error.message)?.[1]?.split(', ') ?? []) : []
}

/** Those of a factory with any of its forms. */
function rowsOf({ name }: Factory): readonly Row[] {
  const [base = ''] = name.split(',')
  return factories.filter((other) => other.name.startsWith(base)).flatMap(({ rows }) => rows)
}

test.each(factories)('$name: every option is in the table', async (factory) => {
  const missing = (await optionsOf(factory)).filter(
    (name) => !rowsOf(factory).some(({ option }) => option === name),
  )
  expect(missing).toEqual([])
})

test.each(factories)('$name: null is no value, unless the table says so', async (factory) => {
  const takesNull = rowsOf(factory).filter(({ possible }) => possible.includes(null))
  for (const option of await optionsOf(factory)) {
    const result = await made(factory, option, null)
    if (takesNull.some((row) => row.option === option)) continue
    expect(result, option).toMatchObject({ name: 'TypeError', message: expect.stringContaining(option) })
  }
})

test('and there is one of each kind', async () => {
  const counts = await Promise.all(factories.map(async (factory) => (await optionsOf(factory)).length))
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(10)
})
