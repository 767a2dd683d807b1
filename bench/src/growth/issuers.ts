import { type AuthRequest, createAuthenticator, createVerifier, importKey } from '@sealbearer/core'
import { signedMint } from '../cases/mints.js'
import { type Claims, claimsOf, subjectOf } from '../material/claims.js'
import type { Mint } from '../material/forgeries.js'
import { parties } from '../material/parties.js'
import { signedToken } from '../material/sign.js'
import { type SignatureKey, signatureKey } from '../material/signature-key.js'
import type { Contender } from '../measure/contender.js'
import { itemAt, perItem } from '../measure/per-item.js'
import type { Point, Series } from './series.js'
import { seriesCase } from './series-case.js'

const sizes = [1, 10, 100, 1000] as const
const count = 1000

const issuerOf = (index: number): string => `https://tenant-${index}.bench.example`

/** A request as an adapter describes it. */
const requestWith = (token: string): AuthRequest => ({
  method: 'GET',
  target: '/',
  secure: true,
  header: (name) => (name === 'authorization' ? [`Bearer ${token}`] : []),
})

/** A verifier for each issuer, and an authenticator that chooses among them. */
async function routed(issuers: readonly string[], key: SignatureKey): Promise<Contender<string>> {
  const { alg, kid } = key
  const keys = await importKey(key.verifying, { alg, kid })
  const { audience, typ } = parties
  const authenticator = createAuthenticator({
    verifier: issuers.map((issuer) =>
      createVerifier({ issuer, audience, typ, cache: false, signature: { algorithms: [alg], keys } }),
    ),
  })
  return {
    name: 'a verifier for each',
    role: 'ours',
    bind: (tokens) => {
      const requests = tokens.map(requestWith)
      return async (index) => {
        const outcome = await authenticator.authenticate(itemAt(requests, index))
        if (!outcome.ok) throw outcome.error
        return outcome.auth.claims
      }
    },
  }
}

async function listed(issuers: readonly string[], key: SignatureKey): Promise<Contender<string>> {
  const { alg, kid } = key
  const keys = await importKey(key.verifying, { alg, kid })
  const verifier = createVerifier({
    ...parties,
    issuer: issuers,
    cache: false,
    signature: { algorithms: [alg], keys },
  })
  return perItem('one verifier for all', 'ours', (token) => verifier.verify(token))
}

async function pointOf(size: number): Promise<Point> {
  const key = signatureKey('HS256')
  const issuers = Array.from({ length: size }, (_, index) => issuerOf(index))
  const last = issuers.at(-1) ?? issuerOf(0)
  const { token, attackers } = signedMint(key)
  // Evidence is made for the issuer of all other cases; here the last one stands for it.
  const ours = (claims: Claims): Claims => (claims.iss === parties.issuer ? { ...claims, iss: last } : claims)
  const mint: Mint = {
    token: (claims) => token(ours(claims)),
    attackers: (claims) => attackers(ours(claims)),
  }
  const tokens = Array.from({ length: count }, (_, index) =>
    signedToken(claimsOf(subjectOf(index), { iss: issuerOf(index % size) }), key),
  )
  const contenders = [await listed(issuers, key), await routed(issuers, key)]
  return { size, case: await seriesCase(`${size} issuers`, contenders, mint, { items: () => tokens }) }
}

/** Cost by the number of issuers whose tokens come in turn. */
export const issuerSeries = async (): Promise<Series> => ({
  title: 'Issuers',
  unit: 'issuers',
  note: 'HS256 with `cache: false`, tokens of every issuer in turn, microseconds a token; the second row includes reading the request.',
  points: await Promise.all(sizes.map(pointOf)),
})
