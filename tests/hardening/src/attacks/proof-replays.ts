import { randomUUID } from 'node:crypto'
import { createMemoryStore } from '#core/stores/memory-store.js'
import { at, audience, now, nowSeconds } from '#core-test-kit/parties.js'
import { type Family, family, type Policy } from './attack.js'
import {
  accessToken,
  boundTo,
  changed,
  clientJwk,
  good,
  guarded,
  proofOf,
  proofs,
  request,
  type Sent,
} from './proof-requests.js'

/** After the server has accepted another request. */
const after =
  (first: Sent, next: Sent, policy: Policy = proofs) =>
  async (): Promise<Sent> => {
    await (await policy()).verify(first)
    return next
  }

/** A proof with a name of its own, and what comes after it. */
const replays: readonly (readonly [what: string, next: (jti: string, first: string) => Sent])[] = [
  ['the same request', (_, first) => request(first)],
  ['in another case of the scheme', (_, first) => request(first, { scheme: 'dpop' })],
  ['for another query', (_, first) => request(first, { url: '/orders?page=2' })],
  ['for a path that means the same', (_, first) => request(first, { url: '/%6Frders' })],
  ['with a signature of its own', (jti) => request(proofOf(accessToken, { claims: { jti } }))],
  ['made a second later', (jti) => changed({ claims: { jti, iat: nowSeconds + 1 } })()],
  ['with another htu', (jti) => changed({ claims: { jti, htu: `${audience}/orders?x` } })()],
  [
    'for another method',
    (jti) => request(proofOf(accessToken, { claims: { jti, htm: 'POST' } }), { method: 'POST' }),
  ],
  [
    'for another path',
    (jti) => request(proofOf(accessToken, { claims: { jti, htu: `${audience}/users` } }), { url: '/users' }),
  ],
  [
    'for another token of the client',
    (jti) => {
      const token = boundTo(clientJwk(), { jti: 'token 2' })
      return request(proofOf(token, { claims: { jti } }), { token })
    },
  ],
  ['with another header', (jti) => changed({ claims: { jti }, header: { kid: 'x' } })()],
  [
    'with another type of the same meaning',
    (jti) => changed({ claims: { jti }, header: { typ: 'application/dpop+jwt' } })(),
  ],
]

/** Two servers with a store in common. */
const replay = createMemoryStore({ now })
const [one, other] = [guarded({ replay }), guarded({ replay })]

/** A third, whose clock and whose store's are later: the moment at which a proof from the future ends. */
let storeSeconds = nowSeconds
const sharedLater = createMemoryStore({ now: () => new Date(storeSeconds * 1000) })
const before = guarded({ replay: sharedLater })
const later = guarded({ replay: sharedLater, now: at(nowSeconds + 65) })

export const proofReplays: Family = family(
  'proofs: used again',
  { source: 'RFC 9449 §11.1', policy: proofs, code: 'SB_PROOF_REPLAYED', twin: good },
  [
    ...replays.map(([what, next]) => ({
      what,
      token: async () => {
        const jti = randomUUID()
        const first = proofOf(accessToken, { claims: { jti } })
        return after(request(first), next(jti, first))()
      },
      // With a name that nobody has used.
      twin: () => next(randomUUID(), proofOf()),
    })),
    {
      what: 'at another server that shares the store',
      policy: other,
      token: () => {
        const proof = proofOf()
        return after(request(proof), request(proof), one)()
      },
    },
    {
      what: 'in the last second of its life, 65 seconds later',
      policy: later,
      token: async () => {
        const proof = proofOf(accessToken, { claims: { iat: nowSeconds + 5 } })
        storeSeconds = nowSeconds
        await (await before()).verify(request(proof))
        storeSeconds = nowSeconds + 65
        return request(proof)
      },
      twin: changed({ claims: { iat: nowSeconds + 5 } }),
    },
    {
      what: 'of the same key; that of another client may have the same name',
      token: async () => {
        const claims = { jti: randomUUID() }
        return after(changed({ claims })(), changed({ claims })())()
      },
      twin: async () => {
        const claims = { jti: randomUUID() }
        const token = boundTo(clientJwk('EdDSA'))
        return after(changed({ claims })(), request(proofOf(token, { alg: 'EdDSA', claims }), { token }))()
      },
    },
    ...['constructor', '__proto__', 'toString', 'x\0y'].map((jti) => ({
      what: `named ${JSON.stringify(jti)}`,
      source: 'RFC 8725 §3.10',
      token: () => after(changed({ claims: { jti } })(), changed({ claims: { jti } })())(),
    })),
    {
      what: 'while the store does not answer',
      policy: guarded({ replay: { claim: () => Promise.reject(new Error('ECONNREFUSED')) } }),
      twinPolicy: proofs,
      code: 'SB_STORE_UNAVAILABLE',
      token: good,
    },
  ],
)
