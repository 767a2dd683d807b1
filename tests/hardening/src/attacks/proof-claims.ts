import { randomUUID } from 'node:crypto'
import { audience, nowSeconds } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { accessToken, changed, good, hash, proofClaims, proofOf, proofs, request } from './proof-requests.js'

const htu = (value: unknown) => changed({ claims: { htu: value } })
const required = ['jti', 'htm', 'htu', 'iat', 'ath'] as const
const otherTypes = [undefined, null, true, {}, []] as const

/** Other resources, or other ways to write this one that RFC 3986 §6.2.2 and §6.2.3 do not make equal. */
const targets: readonly (readonly [what: string, htu: string])[] = [
  ['of another path', `${audience}/users`],
  ['of a path below', `${audience}/orders/1`],
  ['of the parent path', `${audience}/`],
  ['without a path', audience],
  ['with a slash at its end', `${audience}/orders/`],
  ['with two slashes', `${audience}//orders`],
  ['in another case', `${audience}/Orders`],
  ['with a backslash', `${audience}\\orders`],
  ['with an encoded slash', `${audience}%2Forders`],
  ['encoded twice', `${audience}/%256Frders`],
  ['with a zero byte', `${audience}/orders%00`],
  ['with a parameter', `${audience}/orders;x=1`],
  ['of another host', 'https://evil.example/orders'],
  ['of a host that ours begins', `${audience}.evil.example/orders`],
  ['of a host that ends in ours', 'https://evil-api.example.com/orders'],
  ['with ours as the user', `https://api.example.com@evil.example/orders`],
  ['with a user', 'https://user@api.example.com/orders'],
  ['with a dot behind the host', 'https://api.example.com./orders'],
  ['of another port', `${audience}:8443/orders`],
  ['of port 80', `${audience}:80/orders`],
  ['of http', 'http://api.example.com/orders'],
  ['of wss', 'wss://api.example.com/orders'],
  ['without a scheme', '//api.example.com/orders'],
  ['of the path alone', '/orders'],
  ['with a space before it', ` ${audience}/orders`],
  ['with an end of line behind it', `${audience}/orders\n`],
  ['of a host with a full-width dot', 'https://api\uff0eexample.com/orders'],
  ['that is nothing', ''],
  ['in a list', ''],
]

export const proofPayloads: Family = family(
  'proofs: claims for another request',
  { source: 'RFC 9449 §4.3', policy: proofs, code: 'SB_PROOF_INVALID', twin: good },
  [
    ...required.flatMap((name) =>
      otherTypes.map((value) => ({
        what: `${name} ${value === undefined ? 'absent' : JSON.stringify(value)}`,
        token: changed({ claims: { [name]: value } }),
      })),
    ),
    { what: 'an empty jti', source: 'RFC 9449 §4.2', token: changed({ claims: { jti: '' } }) },
    {
      what: 'a jti of 257 characters, to fill the store',
      source: 'RFC 9449 §11.1',
      token: changed({ claims: { jti: 'x'.repeat(257) } }),
      twin: () => changed({ claims: { jti: randomUUID().padStart(256, 'x') } })(),
    },
    ...['POST', 'get', 'Get', 'GET ', ' GET', 'HEAD', 'GET\0', '*', ''].map((htm) => ({
      what: `htm ${JSON.stringify(htm)} for GET`,
      token: changed({ claims: { htm } }),
    })),
    {
      what: 'htm GET for a method in lower case',
      source: 'RFC 9110 §9.1',
      token: () => request(proofOf(), { method: 'get' }),
      twin: () => request(proofOf(accessToken, { claims: { htm: 'get' } }), { method: 'get' }),
    },
    ...targets.map(([what, uri]) => ({
      what: `htu ${what}`,
      token: htu(what === 'in a list' ? [`${audience}/orders`] : uri),
      twin: htu('HTTPS://API.example.com:443/%6Frders?page=2#top'),
    })),
    ...['Host', 'X-Forwarded-Host', 'Forwarded', 'X-Original-URL', 'X-Rewrite-Url', ':authority'].map(
      (name) => ({
        what: `htu of the host in ${name}`,
        token: () =>
          request(proofOf(accessToken, { claims: { htu: 'https://evil.example/orders' } }), {
            more: [name, name === 'Forwarded' ? 'host=evil.example' : 'evil.example'],
          }),
        twin: () => request(proofOf(), { more: [name, 'evil.example'] }),
      }),
    ),
    {
      what: 'the method in X-HTTP-Method-Override',
      token: () =>
        request(proofOf(accessToken, { claims: { htm: 'DELETE' } }), {
          more: ['X-HTTP-Method-Override', 'DELETE'],
        }),
      twin: () => request(proofOf(), { more: ['X-HTTP-Method-Override', 'DELETE'] }),
    },
    {
      what: 'a target in absolute form of another path',
      source: 'RFC 9112 §3.2.2',
      token: () => request(proofOf(), { url: 'https://api.example.com/users' }),
      twin: () => request(proofOf(), { url: 'https://evil.example/orders' }),
    },
    ...[
      ['of another token', hash('x')],
      ['of the token and its scheme', hash(`DPoP ${accessToken}`)],
      ['with padding', `${hash(accessToken)}=`],
      ['of the first half', hash(accessToken).slice(0, 22)],
      ['in hexadecimal', Buffer.from(hash(accessToken), 'base64url').toString('hex')],
      ['that is the token', accessToken],
      ['that is nothing', ''],
    ].map(([what, ath]) => ({ what: `ath ${what}`, token: changed({ claims: { ath } }) })),
    {
      what: 'htm twice, the good one last',
      source: 'RFC 7519 §4',
      token: () => request(proofOf(accessToken, { claimsText: withFirst('"htm":"POST"') })),
      twin: () => request(proofOf(accessToken, { claimsText: withFirst('"htm2":"POST"') })),
    },
    {
      what: 'jti twice, once escaped',
      source: 'RFC 7519 §4',
      token: () => request(proofOf(accessToken, { claimsText: withFirst(String.raw`"jt\u0069":"x"`) })),
      twin: () => request(proofOf(accessToken, { claimsText: withFirst(String.raw`"jt\u0069s":"x"`) })),
    },
    {
      what: 'claims from __proto__',
      source: 'RFC 8725 §3.10',
      token: () =>
        request(proofOf(accessToken, { claimsText: `{"__proto__":${JSON.stringify(proofClaims())}}` })),
    },
    ...['[]', 'null', '"x"', '', '{', '{}'].map((text) => ({
      what: `claims that are ${text || 'nothing'}`,
      source: 'RFC 7519 §7.2',
      token: changed({ claimsText: text }),
    })),
    {
      what: 'bytes that are no UTF-8',
      source: 'RFC 7519 §7.2',
      token: changed({ claimsText: Uint8Array.of(0x7b, 0xff, 0x7d) }),
    },
    {
      what: 'longer than any token',
      source: 'RFC 8725 §2.7',
      token: changed({ claims: { padding: 'x'.repeat(20_000) } }),
      twin: changed({ claims: { padding: 'x'.repeat(2_000) } }),
    },
  ],
)

const dated = (claims: Readonly<Record<string, unknown>>) => changed({ claims })

export const proofTimes: Family = family(
  'proofs: the clock',
  { source: 'RFC 9449 §11.1', policy: proofs, code: 'SB_PROOF_INVALID', twin: good },
  [
    { what: '61 seconds old', token: dated({ iat: nowSeconds - 61 }), twin: dated({ iat: nowSeconds - 60 }) },
    {
      what: 'a fraction too old',
      token: dated({ iat: nowSeconds - 60.001 }),
      twin: dated({ iat: nowSeconds - 59.999 }),
    },
    { what: '6 seconds ahead', token: dated({ iat: nowSeconds + 6 }), twin: dated({ iat: nowSeconds + 5 }) },
    {
      what: 'a fraction too far ahead',
      token: dated({ iat: nowSeconds + 5.001 }),
      twin: dated({ iat: nowSeconds + 4.999 }),
    },
    ...[0, -1, -nowSeconds, nowSeconds * 1000, 1e308, 2 ** 53, 253_402_300_800].map((iat) => ({
      what: `iat ${iat}`,
      token: dated({ iat }),
    })),
    ...[
      String(nowSeconds),
      new Date(nowSeconds * 1000).toISOString(),
      [nowSeconds],
      { valueOf: nowSeconds },
    ].map((iat) => ({ what: `iat ${JSON.stringify(iat)}`, token: dated({ iat }) })),
    {
      what: 'an infinite iat',
      token: () =>
        request(
          proofOf(accessToken, {
            claimsText: JSON.stringify(proofClaims()).replace(/"iat":\d+/, '"iat":-1e999'),
          }),
        ),
    },
    {
      what: 'iat twice',
      token: () => request(proofOf(accessToken, { claimsText: withFirst('"iat":0') })),
      twin: () => request(proofOf(accessToken, { claimsText: withFirst('"iat2":0') })),
    },
    {
      what: 'expired, as the client itself says',
      source: 'RFC 7519 §4.1.4',
      token: dated({ exp: nowSeconds - 5 }),
      twin: dated({ exp: nowSeconds - 4 }),
    },
    {
      what: 'an old one with an exp that is far ahead',
      token: dated({ iat: nowSeconds - 3600, exp: nowSeconds + 3600 }),
      twin: dated({ exp: nowSeconds + 3600 }),
    },
    {
      what: 'not valid yet, as the client itself says',
      source: 'RFC 7519 §4.1.5',
      token: dated({ nbf: nowSeconds + 6 }),
      twin: dated({ nbf: nowSeconds + 5 }),
    },
    ...['exp', 'nbf'].map((name) => ({
      what: `${name} as text`,
      source: 'RFC 7519 §2',
      token: dated({ [name]: String(nowSeconds) }),
    })),
  ],
)

function withFirst(text: string): string {
  return JSON.stringify(proofClaims()).replace('{', `{${text},`)
}
