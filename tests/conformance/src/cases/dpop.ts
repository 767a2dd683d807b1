import { answers } from '../answers.js'
import { now } from '../clock.js'
import type {
  AcceptedCase,
  ConformanceCase,
  HeaderList,
  RefusedCase,
  RequestShape,
} from '../conformance-case.js'
import { challenging, nonces } from '../dpop-answers.js'
import { host } from '../parties.js'
import type { PolicyName } from '../policies.js'
import { bare, bearerOf, goodToken } from '../request-headers.js'
import type { Change } from '../tokens/claims.js'
import { hashOf, type ProofChange } from '../tokens/proof.js'
import type { Tokens } from '../tokens.js'

type Headers = RequestShape['headers']
type Proof = Partial<ProofChange>
type Write = (token: string, proof: string, tokens: Tokens) => HeaderList | Promise<HeaderList>

const usual: Write = (token, proof) => [
  ['Authorization', `DPoP ${token}`],
  ['DPoP', proof],
]

/** Headers around a bound token and its proof, which is for the route of the policy. */
const bound =
  (policy: PolicyName, change: Proof = {}, write: Write = usual, claims?: Change): Headers =>
  async (tokens) => {
    const token = await tokens.bound(claims)
    return write(token, await tokens.proof(token, { path: `/${policy}/none`, ...change }), tokens)
  }

const good = bound('dpop')
const badProof = challenging(401, { error: 'invalid_dpop_proof' })
const badBinding = challenging(401, { error: 'invalid_token' })

const htu = (path: string, origin = `https://${host}`): Proof => ({ claims: { htu: `${origin}${path}` } })

/** Proofs that are refused, each because of one member. */
const invalidProofs: readonly (readonly [title: string, change: Proof])[] = [
  ...['JWT', 'at+jwt', 'dpop', 'application/jwt', undefined, 1, null, ['dpop+jwt']].map(
    (typ): [string, Proof] => [`typ ${JSON.stringify(typ)}`, { header: { typ } }],
  ),
  ...['none', 'None', 'HS256', 'RS256', 'PS256', 'ES384', 'EdDSA', 'dir', undefined, 1].map(
    (alg): [string, Proof] => [`alg ${JSON.stringify(alg)}`, { header: { alg } }],
  ),
  ['no jwk', { header: { jwk: undefined } }],
  ['a jwk that is text', { header: { jwk: 'key' } }],
  ['a jwk that is a list', { header: { jwk: [] } }],
  ['a jwk that is a secret', { header: { jwk: { kty: 'oct', k: 'AAAA' } } }],
  ['a jwk without coordinates', { header: { jwk: { kty: 'EC', crv: 'P-256' } } }],
  ['a critical extension', { header: { crit: ['exp'], exp: now } }],
  ['a compressed payload', { header: { zip: 'DEF' } }],
  ['an unencoded payload', { header: { b64: false } }],
  ['a header that is a list', { headerText: '[]' }],
  ['a header with a member twice', { headerText: '{"alg":"ES256","alg":"none","typ":"dpop+jwt"}' }],
  ['claims that are a list', { claimsText: '[]' }],
  ['claims that are no JSON', { claimsText: '{' }],
  ...['jti', 'htm', 'htu', 'iat', 'ath'].flatMap((name): [string, Proof][] => [
    [`no ${name}`, { claims: { [name]: undefined } }],
    [`${name} null`, { claims: { [name]: null } }],
    [`${name} a list`, { claims: { [name]: [] } }],
  ]),
  ['an empty jti', { claims: { jti: '' } }],
  ['a jti that is too long', { claims: { jti: 'j'.repeat(257) } }],
  ...['POST', 'get', 'HEAD', ''].map((htm): [string, Proof] => [
    `htm ${htm || 'empty'}`,
    { claims: { htm } },
  ]),
  ['htu of another path', htu('/dpop/other')],
  ['htu of a path below', htu('/dpop/none/below')],
  ['htu with a slash at its end', htu('/dpop/none/')],
  ['htu in another case', htu('/DPoP/none')],
  ['htu with an encoded slash', htu('/dpop%2Fnone')],
  ['htu of another host', htu('/dpop/none', 'https://other.example.com')],
  ['htu of a longer host', htu('/dpop/none', `https://${host}.example.org`)],
  ['htu of another port', htu('/dpop/none', `https://${host}:8443`)],
  ['htu in the clear', htu('/dpop/none', `http://${host}`)],
  ['htu with a user', htu('/dpop/none', `https://user@${host}`)],
  ['htu of the path alone', htu('/dpop/none', '')],
  ['htu with a space before it', htu('/dpop/none', ` https://${host}`)],
  ['iat 61 seconds ago', { claims: { iat: now - 61 } }],
  ['iat 6 seconds ahead', { claims: { iat: now + 6 } }],
  ['iat in milliseconds', { claims: { iat: now * 1000 } }],
  ['iat that is text', { claims: { iat: String(now) } }],
  ['ath of nothing', { claims: { ath: '' } }],
  ['ath with padding', { claims: { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo=' } }],
  ['ath of another token', { claims: { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' } }],
]

const acceptedProofs: readonly (readonly [title: string, change: Proof])[] = [
  ['typ as a whole media type', { header: { typ: 'application/dpop+jwt' } }],
  ['a key ID', { header: { kid: 'client-1' } }],
  ['a jti of 256 characters', { claims: { jti: `${'j'.repeat(220)}${crypto.randomUUID()}` } }],
  ['claims that nobody asks for', { claims: { sub: 'me', 'https://example.com/x': {} } }],
  ['a nonce that nobody asked for', { claims: { nonce: 'x' } }],
  ['htu with a query', htu('/dpop/none?page=2')],
  ['htu with a fragment', htu('/dpop/none#top')],
  ['htu with the usual port', htu('/dpop/none', `https://${host}:443`)],
  ['htu with its host in capitals', htu('/dpop/none', `HTTPS://${host.toUpperCase()}`)],
  ['htu with an encoded letter', htu('/%64pop/none')],
  ['htu with dots', htu('/x/../dpop/./none')],
  ['iat 60 seconds ago', { claims: { iat: now - 60 } }],
  ['iat 5 seconds ahead', { claims: { iat: now + 5 } }],
]

const withPrivateMember =
  (member: string): Write =>
  async (token, _, tokens) => {
    const jwk = { ...tokens.keys.client.publicJwk, [member]: 'AAAA' }
    return usual(token, await tokens.proof(token, { path: '/dpop/none', header: { jwk } }), tokens)
  }

const replaced = (proof: string, index: number, segment: string): string =>
  proof
    .split('.')
    .map((text, i) => (i === index ? segment : text))
    .join('.')

type WrittenRow = readonly [
  title: string,
  code: RefusedCase['code'],
  write: Write,
  answer?: RefusedCase['answer'],
]

/** What is wrong with the request around a proof, or with more than one member of it. */
const written: readonly WrittenRow[] = [
  ['no proof', 'SB_PROOF_MISSING', (token) => [['Authorization', `DPoP ${token}`]]],
  [
    'two proofs',
    'SB_PROOF_REPEATED',
    async (token, proof, tokens) => [
      ...(await usual(token, proof, tokens)),
      ['DPoP', await tokens.proof(token, { path: '/dpop/none' })],
    ],
  ],
  [
    'the same proof twice',
    'SB_PROOF_REPEATED',
    async (...made) => [...(await usual(...made)), ['DPoP', made[1]]],
  ],
  ['an empty proof', 'SB_PROOF_INVALID', (token, _, tokens) => usual(token, '', tokens)],
  ['a proof that is no JWS', 'SB_PROOF_INVALID', (token, _, tokens) => usual(token, 'x.y', tokens)],
  [
    'a proof with five segments',
    'SB_PROOF_INVALID',
    (token, proof, tokens) => usual(token, `${proof}..`, tokens),
  ],
  ['the token as its own proof', 'SB_PROOF_INVALID', (token, _, tokens) => usual(token, token, tokens)],
  [
    'a proof without signature',
    'SB_PROOF_INVALID',
    (token, proof, tokens) => usual(token, replaced(proof, 2, ''), tokens),
  ],
  [
    'a signature of zeros',
    'SB_PROOF_INVALID',
    (token, proof, tokens) => usual(token, replaced(proof, 2, 'A'.repeat(86)), tokens),
  ],
  [
    'the signature of another proof',
    'SB_PROOF_INVALID',
    async (token, proof, tokens) => {
      const other = await tokens.proof(token, { path: '/dpop/none' })
      return usual(token, replaced(proof, 2, other.split('.')[2] ?? ''), tokens)
    },
  ],
  [
    'the signature of another key',
    'SB_PROOF_INVALID',
    async (token, _, tokens) => {
      const header = { jwk: tokens.keys.client.publicJwk }
      return usual(
        token,
        await tokens.proof(token, { path: '/dpop/none', key: 'otherClient', header }),
        tokens,
      )
    },
  ],
  [
    'a proof by another key',
    'SB_CONFIRMATION_MISMATCH',
    async (token, _, tokens) =>
      usual(token, await tokens.proof(token, { path: '/dpop/none', key: 'otherClient' }), tokens),
    badBinding,
  ],
  [
    'a proof for another token',
    'SB_PROOF_INVALID',
    async (token, _, tokens) => {
      const other = await tokens.bound({ jti: 'other' })
      return usual(token, await tokens.proof(other, { path: '/dpop/none' }), tokens)
    },
  ],
  [
    'a token that is not bound',
    'SB_CONFIRMATION_MISMATCH',
    async (_, __, tokens) => {
      const token = await goodToken(tokens)
      return usual(token, await tokens.proof(token, { path: '/dpop/none' }), tokens)
    },
    badBinding,
  ],
  ...['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map(
    (member): WrittenRow => [`a key with ${member}`, 'SB_PROOF_INVALID', withPrivateMember(member)],
  ),
  [
    'a bound token under Bearer, with a proof',
    'SB_CONFIRMATION_REQUIRED',
    (token, proof) => [
      ['Authorization', `Bearer ${token}`],
      ['DPoP', proof],
    ],
    challenging(401, { error: 'invalid_token', failed: 'Bearer' }),
  ],
  [
    'a bound token under Bearer, without a proof',
    'SB_CONFIRMATION_REQUIRED',
    (token) => [['Authorization', `Bearer ${token}`]],
    challenging(401, { error: 'invalid_token', failed: 'Bearer' }),
  ],
]

/** Confirmations beside which a proof of the right key is not enough. */
const confirmations: readonly (readonly [title: string, change: (cnf: object) => unknown])[] = [
  ['a certificate as well', (cnf) => ({ ...cnf, 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' })],
  ['something unknown as well', (cnf) => ({ ...cnf, other: 'x' })],
]

const bindings: readonly RefusedCase[] = confirmations.map(([title, change]) => ({
  title: `dpop: a token bound to ${title}`,
  policy: 'dpop',
  headers: async (tokens) => {
    const { jkt } = { jkt: await thumbprintOf(tokens) }
    const token = await tokens.signed({ claims: { cnf: change({ jkt }) } })
    return usual(token, await tokens.proof(token, { path: '/dpop/none' }), tokens)
  },
  answer: badBinding,
  code: 'SB_CONFIRMATION_REQUIRED',
  twin: { headers: good },
}))

async function thumbprintOf({ keys }: Tokens): Promise<string> {
  const { crv, kty, x, y } = keys.client.publicJwk
  return hashOf(JSON.stringify({ crv, kty, x, y }))
}

const asksNonce = challenging(401, { error: 'use_dpop_nonce', nonce: nonces.fresh })
const withNonce = (nonce: unknown): Headers => bound('dpopNonce', { claims: { nonce } })

const nonceRows: readonly ConformanceCase[] = [
  {
    title: 'dpop: the nonce of this server',
    policy: 'dpopNonce',
    headers: withNonce(nonces.fresh),
    grant: {},
  },
  ...[
    ['no nonce', undefined],
    ['a nonce that is too old', nonces.old],
    ['a nonce that nobody made', 'eyJ7S_zG.eyJH0-Z.HX4w-7v'],
    ['a nonce that is no text', 1],
    ['an empty nonce', ''],
    ['a nonce with another time', nonces.fresh.replace(/^\w+/, (now + 1).toString(36))],
  ].map(
    ([title, nonce]): RefusedCase => ({
      title: `dpop: ${title}`,
      policy: 'dpopNonce',
      headers: withNonce(nonce),
      answer: asksNonce,
      code: 'SB_PROOF_NONCE',
      twin: { headers: withNonce(nonces.fresh) },
    }),
  ),
  {
    title: 'dpop: another fault than that of the nonce hands out one too',
    policy: 'dpopNonce',
    headers: bound('dpopNonce', { claims: { nonce: nonces.fresh, htm: 'POST' } }),
    answer: challenging(401, { error: 'invalid_dpop_proof', nonce: nonces.fresh }),
    code: 'SB_PROOF_INVALID',
    twin: { headers: withNonce(nonces.fresh) },
  },
  {
    title: 'dpop: no credentials, and a nonce for the next time',
    policy: 'dpopNonce',
    headers: bare(),
    answer: challenging(401, { nonce: nonces.fresh }),
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: withNonce(nonces.fresh) },
  },
]

const refusal = (
  title: string,
  headers: Headers,
  code: RefusedCase['code'] = 'SB_PROOF_INVALID',
): RefusedCase => ({
  title: `dpop: ${title}`,
  policy: 'dpop',
  headers,
  answer: badProof,
  code,
  twin: { headers: good },
})

/** Tokens that are bound to a client's key (RFC 9449). */
export const dpopCases: readonly ConformanceCase[] = [
  { title: 'dpop: a bound token and its proof', policy: 'dpop', headers: good, grant: {} },
  ...acceptedProofs.map(
    ([title, change]): AcceptedCase => ({
      title: `dpop: ${title}`,
      policy: 'dpop',
      headers: bound('dpop', change),
      grant: {},
    }),
  ),
  ...['dpop', 'DPOP'].map(
    (scheme): AcceptedCase => ({
      title: `dpop: the scheme written ${scheme}`,
      policy: 'dpop',
      headers: bound('dpop', {}, (token, proof) => [
        ['Authorization', `${scheme} ${token}`],
        ['dpop', proof],
      ]),
      grant: {},
    }),
  ),
  { title: 'dpop: a token that is not bound, under Bearer', policy: 'dpop', headers: bearerOf(), grant: {} },
  {
    title: 'dpop: a proof beside a token that is not bound, under Bearer',
    policy: 'dpop',
    headers: bearerOf(goodToken, ['DPoP', 'garbage']),
    grant: {},
  },
  {
    title: 'dpop: the query of the request is not proven',
    policy: 'dpop',
    query: 'page=2',
    headers: good,
    grant: {},
  },
  {
    title: 'dpop: another method',
    policy: 'dpop',
    method: 'POST',
    headers: bound('dpop', { claims: { htm: 'POST' } }),
    grant: {},
  },
  ...invalidProofs.map(([title, change]) => refusal(title, bound('dpop', change))),
  ...written.map(([title, code, write, answer = badProof]) => ({
    ...refusal(title, bound('dpop', {}, write), code),
    answer,
  })),
  ...['Host', 'X-Forwarded-Host'].map(
    (name): RefusedCase => ({
      ...refusal(
        `a proof for the host in ${name}`,
        bound('dpop', htu('/dpop/none', 'https://evil.example'), async (...made) => [
          ...(await usual(...made)),
          [name, 'evil.example'],
        ]),
      ),
      connection: 'tls',
    }),
  ),
  ...bindings,
  ...nonceRows,
  {
    title: 'dpop: no credentials',
    policy: 'dpop',
    headers: bare(),
    answer: challenging(401, {}),
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: good },
  },
  {
    title: 'dpop: an expired token with a good proof',
    policy: 'dpop',
    headers: bound('dpop', {}, usual, { exp: now - 1 }),
    answer: badBinding,
    code: 'SB_TOKEN_EXPIRED',
    twin: { headers: good },
  },
  {
    title: 'dpop alone: a token that is not bound, under Bearer',
    policy: 'dpopOnly',
    headers: bearerOf(),
    answer: challenging(401, { schemes: ['DPoP'] }),
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: bound('dpopOnly') },
  },
  {
    title: 'dpop: a proof that was used before',
    policy: 'dpopReplayed',
    headers: bound('dpopReplayed'),
    answer: badProof,
    code: 'SB_PROOF_REPLAYED',
    twin: { policy: 'dpop', headers: good },
  },
  {
    title: 'dpop: a store of proofs that is out of order',
    policy: 'dpopOutage',
    headers: bound('dpopOutage'),
    answer: answers.unavailable,
    code: 'SB_STORE_UNAVAILABLE',
    twin: { policy: 'dpop', headers: good },
  },
  {
    title: 'dpop: too little scope with a good proof',
    policy: 'dpopOnly',
    requirement: 'scope',
    headers: bound('dpopOnly', { path: '/dpopOnly/scope' }),
    answer: challenging(403, {
      schemes: ['DPoP'],
      error: 'insufficient_scope',
      more: ', scope="orders:write"',
    }),
    code: 'SB_SCOPE_INSUFFICIENT',
    twin: {
      headers: bound('dpopOnly', { path: '/dpopOnly/scope' }, usual, { scope: 'orders:write' }),
      grant: { scopes: ['orders:write'] },
    },
  },
]
