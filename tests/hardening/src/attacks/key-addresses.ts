import { publicJwks } from '#core/keys/jwk-set.js'
import { discoverIssuer } from '#core/remote-keys/discover-issuer.js'
import { createRemoteKeySet } from '#core/remote-keys/remote-key-set.js'
import { issuer } from '#core-test-kit/parties.js'
import { testPublicKey } from '#core-test-kit/test-keys.js'
import { type Family, family, type Policy } from './attack.js'
import { signedWith } from './tokens.js'
import { once, signedBy, verifier } from './verifiers.js'

const keys = async () => publicJwks(await testPublicKey('ES256'))
const token = (): string => signedWith('ES256')

/** Keys of an address; no request is sent. */
const from = (url: string): Policy =>
  once(signedBy(['ES256'], () => createRemoteKeySet(url, { fetch: async () => Response.json(await keys()) })))

/** An issuer whose metadata says this. */
const discovered = (metadata: object): Policy =>
  once(async () => {
    const found = discoverIssuer(issuer, {
      async fetch(url) {
        const isMetadata = String(url).includes('/.well-known/')
        return Response.json(isMetadata ? { issuer, jwks_uri: `${issuer}/keys`, ...metadata } : await keys())
      },
    })
    return verifier({ issuer: found.issuer, signature: { algorithms: ['ES256'], keys: found.keys } })
  })

const good = `${issuer}/keys`
const unsafe = [
  good.replace('https', 'http'),
  'http://localhost.evil.example/keys',
  'http://notlocalhost/keys',
  'http://127.0.0.1.evil.example/keys',
  'http://0.0.0.0/keys',
  'http://[::]/keys',
  'http://192.168.0.1/keys',
  'ws://localhost/keys',
  'file:///etc/keys.json',
  'data:application/json,{"keys":[]}',
  'https://user:password@auth.example.com/keys',
  'https://user@auth.example.com/keys',
  '/keys',
  '',
]
/** Where an issuer on the Internet must not send this server. */
const inside = [
  'https://localhost/keys',
  'https://127.0.0.1/keys',
  'https://127.1/keys',
  'https://2130706433/keys',
  'https://0x7f.1/keys',
  'https://0/keys',
  'https://10.0.0.1/keys',
  'https://172.16.0.1/keys',
  'https://192.168.0.1/keys',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/keys',
  'https://[::1]/keys',
  'https://[::ffff:127.0.0.1]/keys',
  'https://[::ffff:a00:1]/keys',
  'https://[fd00::1]/keys',
  'https://[fe80::1]/keys',
  'https://[64:ff9b::10.0.0.1]/keys',
  'https://localhost./keys',
  'https://keys.localhost/keys',
]
const names = [
  'https://evil.example',
  `${issuer}/`,
  issuer.replace('https', 'http'),
  issuer.toUpperCase(),
  '',
  null,
  [issuer],
]

export const keyAddresses: Family = family(
  'addresses that keys come from',
  { source: 'RFC 8414 §2, §3.3, RFC 8725 §3.10', token, twin: token },
  [
    ...unsafe.map((url) => ({
      what: `keys from ${JSON.stringify(url)}`,
      code: 'TypeError' as const,
      policy: from(url),
      twinPolicy: from(good),
    })),
    ...[...unsafe, ...inside].map((url) => ({
      what: `jwks_uri ${JSON.stringify(url)}`,
      code: 'SB_KEYS_UNAVAILABLE' as const,
      policy: discovered({ jwks_uri: url }),
      twinPolicy: discovered({ jwks_uri: 'https://8.8.8.8/keys' }),
    })),
    ...names.map((name) => ({
      what: `metadata of the issuer ${JSON.stringify(name)}`,
      code: 'SB_KEYS_UNAVAILABLE' as const,
      policy: discovered({ issuer: name }),
      twinPolicy: discovered({}),
    })),
  ],
)
