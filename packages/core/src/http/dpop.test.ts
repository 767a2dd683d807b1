import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { segment, withJson, withSegment } from '../../test-kit/hand-made.js'
import { hs256Verifier, tokenWith } from '../../test-kit/hs256.js'
import { goodClaims, now, nowSeconds } from '../../test-kit/parties.js'
import { hash, type ProofChange, proof, proofPair } from '../../test-kit/proofs.js'
import { runtimeSignatureAlgorithms } from '../../test-kit/runtime-algorithms.js'
import { bytes } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import type { ErrorCode } from '../error-table.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import { bearer } from './credentials.js'
import { type DpopOptions, dpop } from './dpop.js'
import { nodeAuthRequest } from './node-request.js'
import type { Requirement } from './requirement.js'

const verifier = hs256Verifier()

const pair = proofPair()
const attacker = proofPair()
const bound = tokenWith({ cnf: { jkt: pair.jkt } })
const unbound = tokenWith()

const origin = 'https://api.example.com'
const createDpop = (options: Partial<DpopOptions> = {}) =>
  createAuthenticator({
    verifier,
    credentials: [dpop({ origin, replay: createMemoryStore({ now }), now, ...options }), bearer()],
  })
const authenticator = createDpop()

type Headers = readonly (readonly [string, string])[]
const requestWith = (headers: Headers, { method = 'GET', url = '/orders' } = {}) =>
  nodeAuthRequest({ method, url, rawHeaders: headers.flat() }, true)

const underDpop = (token: string, ...proofs: readonly string[]): Headers => [
  ['Authorization', `DPoP ${token}`],
  ...proofs.map((text) => ['DPoP', text] as const),
]

interface Sent {
  readonly headers: Headers
  readonly method?: string
  readonly url?: string
}

async function codeOf({ headers, ...parts }: Sent, by = authenticator): Promise<ErrorCode | 'accepted'> {
  const outcome = await by.authenticate(requestWith(headers, parts))
  return outcome.ok ? 'accepted' : outcome.error.code
}
const codeOfProof = (text: string, by = authenticator) => codeOf({ headers: underDpop(bound, text) }, by)
const changed = (change: ProofChange) => codeOfProof(proof(pair, bound, change))

const challengeOf = async (headers: Headers, by = authenticator) => {
  const outcome = await by.authenticate(requestWith(headers))
  return outcome.headers['WWW-Authenticate']
}

test('accepts a bound token with a proof of its key', async () => {
  const outcome = await authenticator.authenticate(requestWith(underDpop(bound, proof(pair, bound))))
  expect(outcome).toMatchObject({ ok: true, auth: { claims: { sub: goodClaims.sub } }, headers: {} })
})

describe('RFC 9449 §4.3, item', () => {
  test('1: not more than one proof', async () => {
    const proofs = [proof(pair, bound), proof(pair, bound)]
    expect(await codeOf({ headers: underDpop(bound, ...proofs) })).toBe('SB_PROOF_REPEATED')
    // As `Headers` of a Web request have it.
    expect(await codeOf({ headers: underDpop(bound, proofs.join(', ')) })).toBe('SB_PROOF_INVALID')
    expect(await codeOf({ headers: underDpop(bound, ...proofs.slice(1)) })).toBe('accepted')
  })

  test.each([
    ['nothing', ''],
    ['two segments', 'a.b'],
    ['a JWE', 'a.b.c.d.e'],
    ['no base64url', '*.*.*'],
    ['too long', `${segment({ alg: 'ES256' })}.${'A'.repeat(16_384)}.A`],
  ])('2: a single well-formed JWT, not %s', async (_, text) => {
    expect(await codeOfProof(text)).toBe('SB_PROOF_INVALID')
  })

  test.each(['jti', 'htm', 'htu', 'iat', 'ath'])('3: the claim %s', async (name) => {
    expect(await changed({ claims: { [name]: undefined } })).toBe('SB_PROOF_INVALID')
    expect(await changed({ claims: { [name]: [] } })).toBe('SB_PROOF_INVALID')
  })

  test.each(['JWT', 'at+jwt', undefined, 'dpop', 1])('4: the typ dpop+jwt, not %j', async (typ) => {
    expect(await changed({ header: { typ } })).toBe('SB_PROOF_INVALID')
  })

  test.each(['none', 'HS256', 'RS256', 'ES384', 'EdDSA', 'dir', undefined, 1])(
    '5: an asymmetric alg that fits the key, not %j',
    async (alg) => {
      expect(await changed({ header: { alg } })).toBe('SB_PROOF_INVALID')
    },
  )

  test('5: an alg that is acceptable here', async () => {
    const strict = createDpop({ algorithms: ['EdDSA', 'ES384'] })
    expect(await codeOfProof(proof(pair, bound), strict)).toBe('SB_PROOF_INVALID')
    expect(await codeOfProof(proof(pair, bound), createDpop({ algorithms: ['ES256'] }))).toBe('accepted')
  })

  test('6: a signature by the key in the proof', async () => {
    const good = proof(pair, bound)
    const other = withJson(proof(attacker, bound), 0, { jwk: pair.jwk })
    expect(await codeOfProof(other)).toBe('SB_PROOF_INVALID')
    expect(await codeOfProof(withJson(good, 1, { jti: 'another' }))).toBe('SB_PROOF_INVALID')
    expect(await codeOfProof(withSegment(good, 2, () => ''))).toBe('SB_PROOF_INVALID')
    expect(await codeOfProof(good)).toBe('accepted')
  })

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('7: a key without %s', async (name) => {
    const private_ = { ...pair.jwk, [name]: 'AAAA' }
    expect(await changed({ header: { jwk: private_ } })).toBe('SB_PROOF_INVALID')
  })

  test.each([
    ['none', undefined],
    ['a list', []],
    ['a secret', { kty: 'oct', k: 'AAAA' }],
    ['text', 'key'],
    ['half a key', { kty: 'EC', crv: 'P-256', x: 'AAAA' }],
  ])('7: a public key, not %s', async (_, jwk) => {
    expect(await changed({ header: { jwk } })).toBe('SB_PROOF_INVALID')
  })

  test.each(['POST', 'get', 'GET ', ''])('8: the method of the request, not %j', async (htm) => {
    expect(await changed({ claims: { htm } })).toBe('SB_PROOF_INVALID')
  })

  test('9: the target of the request', async () => {
    expect(await changed({ claims: { htu: 'https://api.example.com/users' } })).toBe('SB_PROOF_INVALID')
    expect(await changed({ claims: { htu: 'HTTPS://API.example.com:443/orders?page=2#top' } })).toBe(
      'accepted',
    )
  })

  test.each(['Host', 'X-Forwarded-Host', 'Forwarded'])('9: whatever %s says', async (name) => {
    const text = proof(pair, bound, { claims: { htu: 'https://evil.example.com/orders' } })
    const headers = [...underDpop(bound, text), [name, 'evil.example.com'] as const]
    expect(await codeOf({ headers })).toBe('SB_PROOF_INVALID')
  })

  test('10: the nonce that the server provided, if it provides any', async () => {
    const by = createDpop({ nonce: { secret: bytes(32, 200) } })
    const { headers } = await by.authenticate(requestWith([]))
    const withNonce = (nonce: unknown) => codeOfProof(proof(pair, bound, { claims: { nonce } }), by)
    expect(await withNonce('another')).toBe('SB_PROOF_NONCE')
    expect(await withNonce(headers['DPoP-Nonce'])).toBe('accepted')
  })

  test.each([
    [-61, 'SB_PROOF_INVALID'],
    [-60, 'accepted'],
    [5, 'accepted'],
    [6, 'SB_PROOF_INVALID'],
  ])('11: a time within the window, %d seconds from now', async (seconds, code) => {
    expect(await changed({ claims: { iat: nowSeconds + seconds } })).toBe(code)
  })

  test('11: a window of its own', async () => {
    const wide = createDpop({ maxAge: '10m', clockTolerance: 60 })
    const claims = { iat: nowSeconds - 600 }
    expect(await codeOfProof(proof(pair, bound, { claims }), wide)).toBe('accepted')
    expect(await codeOfProof(proof(pair, bound, { claims: { iat: nowSeconds + 61 } }), wide)).toBe(
      'SB_PROOF_INVALID',
    )
  })

  test('12: the hash of the token', async () => {
    expect(await changed({ claims: { ath: hash(unbound) } })).toBe('SB_PROOF_INVALID')
    expect(await changed({ claims: { ath: `${hash(bound)}=` } })).toBe('SB_PROOF_INVALID')
  })

  test('12: the key that the token is bound to', async () => {
    expect(await codeOfProof(proof(attacker, bound))).toBe('SB_CONFIRMATION_MISMATCH')
  })
})

test('RFC 9449 §4.2: no critical extension', async () => {
  expect(await changed({ header: { crit: ['exp'], exp: 1 } })).toBe('SB_PROOF_INVALID')
  expect(await changed({ header: { kid: 'a' } })).toBe('accepted')
})

test.each([
  ['exp', -5, 'SB_PROOF_INVALID'],
  ['exp', -4, 'accepted'],
  ['nbf', 5, 'accepted'],
  ['nbf', 6, 'SB_PROOF_INVALID'],
])('RFC 7519 §4.1: %s, where a client sets it, %d seconds from now', async (name, seconds, code) => {
  expect(await changed({ claims: { [name]: nowSeconds + seconds } })).toBe(code)
  expect(await changed({ claims: { [name]: String(nowSeconds + seconds) } })).toBe('SB_PROOF_INVALID')
})

test.each([
  ['none', '', 'SB_PROOF_INVALID'],
  ['256 characters', 'a'.repeat(256), 'accepted'],
  ['257', 'a'.repeat(257), 'SB_PROOF_INVALID'],
])('RFC 9449 §11.1: a jti of %s', async (_, jti, code) => {
  expect(await changed({ claims: { jti } })).toBe(code)
})

describe('RFC 9449 §7.1:', () => {
  test('a token without a binding is not accepted under DPoP', async () => {
    const headers = underDpop(unbound, proof(pair, unbound))
    expect(await codeOf({ headers })).toBe('SB_CONFIRMATION_MISMATCH')
    expect(await challengeOf(headers)).toMatch(/^DPoP algs="[^"]+", error="invalid_token", .*, Bearer$/)
  })

  test('a token without a proof is not accepted under DPoP', async () => {
    expect(await codeOf({ headers: underDpop(bound) })).toBe('SB_PROOF_MISSING')
    expect(await challengeOf(underDpop(bound))).toMatch(
      /^DPoP algs="[^"]+", error="invalid_dpop_proof", .*, Bearer$/,
    )
  })

  test('the challenge names the algorithms', async () => {
    expect(await challengeOf([], createDpop({ algorithms: ['ES256', 'EdDSA'] }))).toBe(
      'DPoP algs="ES256 EdDSA", Bearer',
    )
  })

  test.each(['DPoP', 'dpop', 'DPOP', 'DPoP  '])('the scheme in any case: %s', async (scheme) => {
    const headers: Headers = [
      ['Authorization', `${scheme} ${bound}`],
      ['dpop', proof(pair, bound)],
    ]
    expect(await codeOf({ headers })).toBe('accepted')
  })

  test.each(['', 'a b', '"a"', 'a,b', 'a=b', 'realm="a"'])('token68 alone, not %j', async (credentials) => {
    const outcome = await authenticator.authenticate(requestWith(underDpop(credentials, proof(pair, bound))))
    expect(outcome).toMatchObject({ ok: false, status: 400, body: { error: 'invalid_request' } })
  })

  test('the headers of proxies are neither read nor written', async () => {
    const headers: Headers = [
      ['Proxy-Authorization', `DPoP ${bound}`],
      ['DPoP', proof(pair, bound)],
    ]
    const outcome = await authenticator.authenticate(requestWith(headers))
    expect(outcome).toMatchObject({ ok: false, status: 401, error: { code: 'SB_CREDENTIALS_MISSING' } })
    expect(Object.keys(outcome.headers)).not.toContain('Proxy-Authenticate')
  })
})

describe('RFC 9449 §7.2:', () => {
  test.each([
    ['without a proof', []],
    ['with a proof', [['DPoP', proof(pair, bound)] as const]],
  ])('a bound token is not accepted under Bearer, %s', async (_, more) => {
    const headers: Headers = [['Authorization', `Bearer ${bound}`], ...more]
    expect(await codeOf({ headers })).toBe('SB_CONFIRMATION_REQUIRED')
    expect(await challengeOf(headers)).toMatch(/^DPoP algs="[^"]+", Bearer error="invalid_token"/)
  })

  test('an unbound token is, whatever proof is beside it', async () => {
    const headers: Headers = [['Authorization', `Bearer ${unbound}`]]
    expect(await codeOf({ headers })).toBe('accepted')
    expect(await codeOf({ headers: [...headers, ['DPoP', 'x']] })).toBe('accepted')
  })

  test('both schemes at once are refused', async () => {
    const headers = [...underDpop(bound, proof(pair, bound)), ['Authorization', `Bearer ${unbound}`] as const]
    expect(await codeOf({ headers })).toBe('SB_CREDENTIALS_REPEATED')
    expect(await authenticator.authenticate(requestWith(headers))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
  })

  test('without credentials, no challenge has an error', async () => {
    expect(await challengeOf([])).toMatch(/^DPoP algs="[^"]+", Bearer$/)
  })

  test.each([
    [
      'Bearer',
      [['Authorization', 'Bearer a.b.c']],
      /^DPoP algs="[^"]+", Bearer error="invalid_token", error_/,
    ],
    ['DPoP', underDpop('a.b.c', 'x'), /^DPoP algs="[^"]+", error="invalid_token", .*, Bearer$/],
  ] as const)('after a bad token under %s, its challenge alone has one', async (_, headers, challenge) => {
    expect(await challengeOf(headers)).toMatch(challenge)
  })
})

describe('RFC 9449 §7: a proof', () => {
  test('for one token does not serve another of the same key', async () => {
    const another = tokenWith({ cnf: { jkt: pair.jkt }, jti: 'another' })
    expect(await codeOf({ headers: underDpop(another, proof(pair, bound)) })).toBe('SB_PROOF_INVALID')
    expect(await codeOf({ headers: underDpop(another, proof(pair, another)) })).toBe('accepted')
  })

  test('does not either, whichever token of the key came before', async () => {
    const other = tokenWith({ cnf: { jkt: pair.jkt }, jti: 'other' })
    const codes: string[] = []
    // The key is remembered from the first proof on, with the hash of its last token.
    for (const [token, proven] of [
      [bound, bound],
      [other, bound],
      [other, other],
      [bound, other],
      [bound, bound],
    ] as const) {
      codes.push(await codeOf({ headers: underDpop(token, proof(pair, proven)) }))
    }
    const refused = 'SB_PROOF_INVALID'
    expect(codes).toEqual(['accepted', refused, 'accepted', refused, 'accepted'])
  })

  test('is worth nothing without its token, and the token nothing without a proof', async () => {
    expect(await codeOf({ headers: [['DPoP', proof(pair, bound)]] })).toBe('SB_CREDENTIALS_MISSING')
    expect(await codeOf({ headers: underDpop(bound) })).toBe('SB_PROOF_MISSING')
    expect(await codeOf({ headers: underDpop(bound, proof(pair, bound)) })).toBe('accepted')
  })
})

test.each([
  ['the SHA-256 thumbprint in base64url', pair.jkt, 'accepted'],
  ['with padding', `${pair.jkt}=`, 'SB_CONFIRMATION_MISMATCH'],
  ['in base64', Buffer.from(pair.jkt, 'base64url').toString('base64'), 'SB_CONFIRMATION_MISMATCH'],
  ['in hexadecimal', Buffer.from(pair.jkt, 'base64url').toString('hex'), 'SB_CONFIRMATION_MISMATCH'],
  ['cut off', pair.jkt.slice(0, -1), 'SB_CONFIRMATION_MISMATCH'],
  ['nothing', '', 'SB_CONFIRMATION_MISMATCH'],
  ['that of all members of the key', hash(JSON.stringify(pair.jwk)), 'SB_CONFIRMATION_MISMATCH'],
])('RFC 9449 §6.1: a jkt is %s', async (_, jkt, code) => {
  const token = tokenWith({ cnf: { jkt } })
  expect(await codeOf({ headers: underDpop(token, proof(pair, token)) })).toBe(code)
})

test.each([
  ['nothing understood', { kid: 'a' }],
  ['something else too', { jkt: pair.jkt, kid: 'a' }],
  ['nothing', {}],
  ['text', pair.jkt],
  ['a list', [pair.jkt]],
  ['no text', { jkt: { toString: () => pair.jkt } }],
])('RFC 7800 §3.1: a cnf with %s is refused', async (_, cnf) => {
  const token = tokenWith({ cnf })
  const code = await codeOf({ headers: underDpop(token, proof(pair, token)) })
  expect(['SB_CONFIRMATION_MISMATCH', 'SB_CONFIRMATION_REQUIRED']).toContain(code)
})

describe('RFC 9449 §11.1: a proof', () => {
  test('is accepted once, of any number at once', async () => {
    const by = createDpop()
    const text = proof(pair, bound)
    const codes = await Promise.all(Array.from({ length: 100 }, () => codeOfProof(text, by)))
    expect(codes.filter((code) => code === 'accepted')).toHaveLength(1)
    expect(new Set(codes)).toEqual(new Set(['accepted', 'SB_PROOF_REPLAYED']))
  })

  test('of another key may have the same jti', async () => {
    const other = proofPair()
    const token = tokenWith({ cnf: { jkt: other.jkt } })
    const claims = { jti: 'same' }
    const by = createDpop()
    expect(await codeOfProof(proof(pair, bound, { claims }), by)).toBe('accepted')
    const headers = underDpop(token, proof(other, token, { claims }))
    expect(await codeOf({ headers }, by)).toBe('accepted')
  })

  test('that is bad leaves its jti to a good one', async () => {
    const by = createDpop()
    const claims = { jti: 'once' }
    const bad = [
      withSegment(proof(pair, bound, { claims }), 2, () => 'A'.repeat(86)),
      proof(pair, bound, { claims: { ...claims, htm: 'POST' } }),
      proof(pair, bound, { claims: { ...claims, ath: 'x' } }),
      proof(attacker, bound, { claims }),
    ]
    for (const text of bad) expect(await codeOfProof(text, by)).not.toBe('accepted')
    expect(await codeOfProof(proof(pair, bound, { claims }), by)).toBe('accepted')
    expect(await codeOfProof(proof(pair, bound, { claims }), by)).toBe('SB_PROOF_REPLAYED')
  })

  test('is used up, also where the requirement refuses', async () => {
    const by = createDpop()
    const request = requestWith(underDpop(bound, proof(pair, bound)))
    const requirement: Requirement = { scope: 'orders:write' }
    expect(await by.authenticate(request, requirement)).toMatchObject({ ok: false, status: 403 })
    expect(await by.authenticate(request)).toMatchObject({ error: { code: 'SB_PROOF_REPLAYED' } })
  })

  test.each([-5, -1, 0, 1, 5, 6, 30, 59, 60])(
    'is accepted once, also where the clock of one process is %i s ahead',
    async (ahead) => {
      let time = nowSeconds
      const clockOf = (seconds: number) => () => new Date((time + seconds) * 1000)
      const replay = createMemoryStore({ now: clockOf(0) })
      const [skewed, exact] = [ahead, 0].map((seconds) => createDpop({ replay, now: clockOf(seconds) }))
      const texts = Array.from({ length: 80 }, () => proof(pair, bound))
      const [used = '', ...others] = texts
      expect(await codeOfProof(used, skewed)).toBe('accepted')
      for (const other of others) {
        const code = await codeOfProof(used, exact)
        expect(['SB_PROOF_REPLAYED', 'SB_PROOF_INVALID']).toContain(code)
        // One that was not used is accepted as long as it is not too old.
        expect(await codeOfProof(other, exact)).toBe(
          time - nowSeconds <= 60 ? 'accepted' : 'SB_PROOF_INVALID',
        )
        time++
      }
    },
  )

  test('is remembered as long as it could be accepted, under a key that says nothing', async () => {
    const claimed: unknown[] = []
    const replay = {
      claim: async (...claim: readonly unknown[]) => {
        claimed.push(claim)
        return true
      },
    }
    const text = proof(pair, bound, { claims: { jti: 'visible', iat: nowSeconds - 10 } })
    expect(await codeOfProof(text, createDpop({ replay }))).toBe('accepted')
    expect(claimed).toEqual([[expect.stringMatching(/^dpop:[\w-]{43}$/), 65]])
  })

  test.each([
    ['rejects', () => Promise.reject(new Error(`no ${bound}`)), 'SB_STORE_UNAVAILABLE'],
    [
      'throws',
      () => {
        throw new Error('no')
      },
      'SB_STORE_UNAVAILABLE',
    ],
    ['answers with text', async () => 'true', 'SB_PROOF_REPLAYED'],
    ['answers with nothing', async () => undefined, 'SB_PROOF_REPLAYED'],
  ])('is refused where the store %s', async (_, claim, code) => {
    const by = createDpop({ replay: untyped({ claim }) })
    expect(await codeOfProof(proof(pair, bound), by)).toBe(code)
  })
})

describe('RFC 9449', () => {
  const asks = createDpop({ nonce: { secret: bytes(32, 200) } })
  const nonce = async () => (await asks.authenticate(requestWith([]))).headers['DPoP-Nonce']

  test('§11.2: a proof made in advance is refused: by its time, and for want of the nonce', async () => {
    expect(await changed({ claims: { iat: nowSeconds + 3600 } })).toBe('SB_PROOF_INVALID')
    expect(await codeOfProof(proof(pair, bound, { claims: { nonce: 'guessed' } }), asks)).toBe(
      'SB_PROOF_NONCE',
    )
  })

  test('§11.3: a server with nonces accepts no proof without one, however fresh it is', async () => {
    expect(await codeOfProof(proof(pair, bound), asks)).toBe('SB_PROOF_NONCE')
    expect(await codeOfProof(proof(pair, bound, { claims: { nonce: await nonce() } }), asks)).toBe('accepted')
  })

  test.each(['JWT', 'at+jwt', 'logout+jwt', 'token-introspection+jwt', undefined])(
    '§11.5: a JWT that the key has signed for another purpose is no proof: typ %j',
    async (typ) => {
      expect(await changed({ header: { typ } })).toBe('SB_PROOF_INVALID')
      expect(await changed({})).toBe('accepted')
    },
  )

  test('§11.6: no algorithm without a private key is accepted or offered', async () => {
    const offered = /algs="([^"]+)"/.exec(String(await challengeOf([])))?.[1]?.split(' ')
    expect(offered).toEqual(expect.arrayContaining(['ES256', 'PS256', 'EdDSA']))
    for (const alg of ['none', 'HS256', 'HS384', 'HS512']) {
      expect(offered).not.toContain(alg)
      expect(await changed({ header: { alg } })).toBe('SB_PROOF_INVALID')
    }
  })

  test('§11.7: headers, query and body of a request are not proven', async () => {
    const headers = underDpop(bound, proof(pair, bound, { claims: { htm: 'POST' } }))
    const more: Headers = [...headers, ['Content-Length', '2'], ['X-Amount', '100']]
    expect(await codeOf({ headers: more, method: 'POST', url: '/orders?amount=100' })).toBe('accepted')
  })

  test.each(['sha384', 'sha512', 'sha1'])(
    '§11.8, §11.10: SHA-256 alone binds keys and tokens, not %s',
    async (algorithm) => {
      const hashed = (text: string) => createHash(algorithm).update(text).digest('base64url')
      const { crv, kty, x, y } = pair.jwk
      const token = tokenWith({ cnf: { jkt: hashed(JSON.stringify({ crv, kty, x, y })) } })
      expect(await codeOf({ headers: underDpop(token, proof(pair, token)) })).toBe('SB_CONFIRMATION_MISMATCH')
      expect(await changed({ claims: { ath: hashed(bound) } })).toBe('SB_PROOF_INVALID')
      expect(await changed({ claims: { ath: hash(bound) } })).toBe('accepted')
    },
  )
})

describe('RFC 9449 §8, §9: a nonce', () => {
  const secrets = ['the first secret of 32 bytes or more', 'the other secret of 32 bytes or more'] as const
  const [nonceSecret, older] = secrets
  const at = (seconds: number) => ({ now: () => new Date((nowSeconds + seconds) * 1000) })
  const asks = createDpop({ nonce: { secret: nonceSecret } })

  const nonceOf = async (by: typeof asks): Promise<string> => {
    const outcome = await by.authenticate(requestWith([]))
    return String(outcome.headers['DPoP-Nonce'])
  }
  const withNonce = (nonce: unknown, seconds = 0) =>
    proof(pair, bound, { claims: { nonce, iat: nowSeconds + seconds } })

  test('is asked for where a proof has none', async () => {
    const outcome = await asks.authenticate(requestWith(underDpop(bound, proof(pair, bound))))
    expect(outcome).toMatchObject({
      ok: false,
      status: 401,
      body: { error: 'use_dpop_nonce' },
      headers: {
        'DPoP-Nonce': expect.stringMatching(/./),
        'WWW-Authenticate': expect.stringMatching(/^DPoP algs="[^"]+", error="use_dpop_nonce", /),
      },
      error: { code: 'SB_PROOF_NONCE' },
    })
  })

  test('§8.1: has the syntax of a scope', async () => {
    expect(await nonceOf(asks)).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  test('§8: is sent once in a response, and is another every second', async () => {
    const { headers } = await asks.authenticate(requestWith([]))
    expect(Object.keys(headers).filter((name) => /^dpop-nonce$/i.test(name))).toHaveLength(1)
    expect(headers['DPoP-Nonce']).toBeTypeOf('string')
    const later = createDpop({ nonce: { secret: nonceSecret }, ...at(1) })
    expect(await nonceOf(later)).not.toBe(await nonceOf(asks))
  })

  test('§8: cannot be predicted from others: its time is known, its MAC is not', async () => {
    const [, mac] = (await nonceOf(asks)).split('.')
    const forged = `${(nowSeconds + 1).toString(36)}.${mac}`
    const later = createDpop({ nonce: { secret: nonceSecret }, ...at(1) })
    expect(await codeOfProof(withNonce(forged, 1), later)).toBe('SB_PROOF_NONCE')
    expect(await codeOfProof(withNonce(await nonceOf(later), 1), later)).toBe('accepted')
  })

  test('§8.2: is accepted again, with another proof', async () => {
    const same = await nonceOf(asks)
    expect(await codeOfProof(withNonce(same), asks)).toBe('accepted')
    expect(await codeOfProof(withNonce(same), asks)).toBe('accepted')
  })

  test('is handed out with every 401, and accepted', async () => {
    expect(await codeOfProof(withNonce(await nonceOf(asks)), asks)).toBe('accepted')
    const refused = await asks.authenticate(requestWith([['Authorization', 'Bearer x']]))
    expect(await codeOfProof(withNonce(refused.headers['DPoP-Nonce']), asks)).toBe('accepted')
    expect(asks.refuse('SB_TOKEN_REVOKED').headers).toHaveProperty('DPoP-Nonce')
    expect(asks.refuse('SB_REQUIREMENT_REFUSED').headers).not.toHaveProperty('DPoP-Nonce')
  })

  test('§8.2: is handed out with success, which is not to be stored', async () => {
    const text = withNonce(await nonceOf(asks))
    const outcome = await asks.authenticate(requestWith(underDpop(bound, text)))
    expect(outcome.ok).toBe(true)
    expect(outcome.headers).toMatchObject({ 'Cache-Control': 'no-store' })
    expect(await codeOfProof(withNonce(outcome.headers['DPoP-Nonce']), asks)).toBe('accepted')
  })

  test.each([
    ['text', 'abc'],
    ['a number', 1],
    ['an empty one', ''],
    ['a time without its MAC', `${nowSeconds.toString(36)}.${'A'.repeat(43)}`],
  ])('of another kind is refused: %s', async (_, nonce) => {
    expect(await codeOfProof(withNonce(nonce), asks)).toBe('SB_PROOF_NONCE')
  })

  test('of another origin or server is refused', async () => {
    const elsewhere = createDpop({ nonce: { secret: nonceSecret }, origin: 'https://other.example.com' })
    expect(await codeOfProof(withNonce(await nonceOf(elsewhere)), asks)).toBe('SB_PROOF_NONCE')
    const unknown = createDpop({ nonce: { secret: older } })
    expect(await codeOfProof(withNonce(await nonceOf(unknown)), asks)).toBe('SB_PROOF_NONCE')
  })

  test.each([
    [60, 'accepted'],
    [61, 'SB_PROOF_NONCE'],
  ])('is accepted for its lifetime: after %d seconds', async (seconds, code) => {
    const nonce = { secret: nonceSecret, lifetime: '1m' } as const
    const text = withNonce(await nonceOf(createDpop({ nonce })), seconds)
    expect(await codeOfProof(text, createDpop({ nonce, ...at(seconds) }))).toBe(code)
  })

  test.each([
    [-5, 'accepted'],
    [-6, 'SB_PROOF_NONCE'],
  ])('of a process whose clock is ahead: seen %d seconds before', async (seconds, code) => {
    const nonce = { secret: nonceSecret }
    const text = withNonce(await nonceOf(createDpop({ nonce })), seconds)
    expect(await codeOfProof(text, createDpop({ nonce, ...at(seconds) }))).toBe(code)
  })

  test('under an older secret is accepted; the first makes the new ones', async () => {
    const rotated = createDpop({ nonce: { secret: [...secrets].reverse() } })
    expect(await codeOfProof(withNonce(await nonceOf(asks)), rotated)).toBe('accepted')
    expect(await codeOfProof(withNonce(await nonceOf(rotated)), asks)).toBe('SB_PROOF_NONCE')
  })

  test('is nothing where none is asked for', async () => {
    expect(await codeOfProof(withNonce('abc'))).toBe('accepted')
  })
})

describe('keys', () => {
  test.each([
    ['RS256', 'rsa', 'sha256', {}],
    ['EdDSA', 'ed25519', null, {}],
    ['Ed25519', 'ed25519', null, {}],
    ['ES512', 'P-521', 'sha512', { dsaEncoding: 'ieee-p1363' }],
  ] as const)('for %s are accepted, known and unknown', async (alg, type, digest, options) => {
    const { privateKey, publicKey } =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : type === 'ed25519'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('ec', { namedCurve: type })
    const jwk = publicKey.export({ format: 'jwk' }) as JWK
    const { crv, e, kty, n, x, y } = jwk
    const token = tokenWith({ cnf: { jkt: hash(JSON.stringify({ crv, e, kty, n, x, y })) } })
    for (const jti of ['first', 'second']) {
      const [header = '', payload = ''] = proof(pair, token, {
        header: { alg, jwk },
        claims: { jti },
      }).split('.')
      const signature = sign(digest, Buffer.from(`${header}.${payload}`), { key: privateKey, ...options })
      const text = `${header}.${payload}.${signature.toString('base64url')}`
      expect(await codeOf({ headers: underDpop(token, text) })).toBe('accepted')
    }
  })

  const hasPostQuantum = runtimeSignatureAlgorithms.includes('ML-DSA-44')
  const needed = hasPostQuantum ? '' : ' (left out: this runtime has no ML-DSA)'
  test.skipIf(!hasPostQuantum)(`for ML-DSA-44 are accepted where the policy lists it${needed}`, async () => {
    const alg = 'ML-DSA-44'
    const { privateKey, publicKey } = generateKeyPairSync(untyped('ml-dsa-44'))
    const jwk = publicKey.export({ format: 'jwk' }) as JWK
    const token = tokenWith({ cnf: { jkt: hash(JSON.stringify({ alg, kty: 'AKP', pub: jwk['pub'] })) } })
    const signed = () => {
      const [header, payload] = proof(pair, token, { header: { alg, jwk } }).split('.')
      const signature = sign(null, Buffer.from(`${header}.${payload}`), privateKey)
      return `${header}.${payload}.${signature.toString('base64url')}`
    }
    const listed = createDpop({ algorithms: [alg, 'ES256'] })
    // Known and unknown.
    for (const _time of [1, 2]) {
      expect(await codeOf({ headers: underDpop(token, signed()) }, listed)).toBe('accepted')
    }
    const forged = withSegment(signed(), 2, (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1))
    expect(await codeOf({ headers: underDpop(token, forged) }, listed)).toBe('SB_PROOF_INVALID')
    expect(await codeOf({ headers: underDpop(token, signed()) })).toBe('SB_PROOF_INVALID')
  })

  test('that are known do not stand for another token', async () => {
    const token = tokenWith({ cnf: { jkt: attacker.jkt } })
    expect(await codeOfProof(proof(pair, bound))).toBe('accepted')
    expect(await codeOf({ headers: underDpop(token, proof(pair, token)) })).toBe('SB_CONFIRMATION_MISMATCH')
  })
})

test.each<[string, object]>([
  ['checkMembers', { origin, replay: createMemoryStore(), jti: true }],
  ['origin', { origin: 'http://api.example.com' }],
  ['origin', { origin: 'https://api.example.com/v1' }],
  ['origin', { origin: 'https://u@api.example.com' }],
  ['origin', { origin: 'https://api.example.com?' }],
  ['origin', { origin: undefined }],
  ['replay', { replay: undefined }],
  ['replay', { replay: {} }],
  ['nonce', { nonce: { secret: 'short' } }],
  ['nonce', { nonce: { secret: bytes(32), lifetime: 0 } }],
  ['nonce', { nonce: { secret: bytes(32), length: 1 } }],
  ['algorithms', { algorithms: [] }],
  ['algorithms', { algorithms: ['HS256'] }],
  ['algorithms', { algorithms: ['none'] }],
  ['maxAge', { maxAge: -1 }],
  ['maxAge', { maxAge: 0 }],
  ['clockTolerance', { clockTolerance: 'soon' }],
  ['now', { now: 1 }],
])('a bad option is a TypeError that names it: %s %j', (option, change) => {
  const good = { origin, replay: createMemoryStore() }
  expect(() => dpop(untyped({ ...good, ...change }))).toThrow(TypeError)
  expect(() => dpop(untyped({ ...good, ...change }))).toThrow(option === 'checkMembers' ? 'jti' : option)
})

test.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080', 'https://api.example.com:8443'])(
  'an origin is accepted: %s',
  (good) => {
    expect(() => dpop({ origin: good, replay: createMemoryStore() })).not.toThrow()
  },
)
