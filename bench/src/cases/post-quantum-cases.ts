import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { createIssuer, createVerifier, importKey } from '@sealbearer/core'
import { jwtVerify, SignJWT } from 'jose'
import { claimsOf, lifetime, type Subject } from '../material/claims.js'
import { parties } from '../material/parties.js'
import type { Case } from '../measure/contender.js'
import { perItem, prepared } from '../measure/per-item.js'
import { makeCaseReadBy, type Read } from './make-case.js'
import { distinctTokensCase } from './read-case.js'

/** Those that a session of a browser could still carry in a header. */
const names = ['ML-DSA-44', 'ML-DSA-65'] as const

type PostQuantumAlgorithm = (typeof names)[number]

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

// Node's types do not know these types of keys yet.
const pairOf = (alg: PostQuantumAlgorithm): Pair =>
  (generateKeyPairSync as unknown as (type: string) => Pair)(alg.toLowerCase())

function isSupported(): boolean {
  try {
    pairOf('ML-DSA-44')
    return true
  } catch {
    return false
  }
}

/** Those of the Node that measures; none before 24.7. */
export const postQuantumAlgorithms: readonly PostQuantumAlgorithm[] = isSupported() ? names : []

const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signingInput = (claims: object, alg: PostQuantumAlgorithm): string =>
  `${segment({ alg, typ: parties.typ, kid: alg })}.${segment(claims)}`

function signedToken(claims: object, alg: PostQuantumAlgorithm, key: KeyObject): string {
  const input = signingInput(claims, alg)
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
}

/** Verifying tokens that nobody has seen before, among the few that know ML-DSA. */
export async function postQuantumCase(alg: PostQuantumAlgorithm, count: number): Promise<Case<string>> {
  const [ours, attackers] = [pairOf(alg), pairOf(alg)]
  const { publicKey } = ours
  const verifier = createVerifier({
    ...parties,
    cache: false,
    signature: { algorithms: [alg], keys: await importKey(publicKey, { alg, kid: alg }) },
  })
  const options = { ...parties, algorithms: [alg] }
  const contenders = [
    prepared<string>('raw', 'raw', (token) => {
      const end = token.lastIndexOf('.')
      const input = Buffer.from(token.slice(0, end))
      const signature = Buffer.from(token.slice(end + 1), 'base64url')
      return () => {
        if (!verify(null, input, publicKey, signature)) throw new Error('the signature is wrong')
      }
    }),
    perItem<string>('sealbearer', 'ours', (token) => verifier.verify(token)),
    perItem<string>('jose 6', 'peer', (token) => jwtVerify(token, publicKey, options)),
  ]
  const mint = {
    token: (claims: object) => signedToken(claims, alg, ours.privateKey),
    attackers: (claims: object) => signedToken(claims, alg, attackers.privateKey),
  }
  return distinctTokensCase({ group: 'verify', name: `verify ${alg}`, contenders, mint }, count)
}

/** Issuing tokens. */
export async function postQuantumIssueCase(alg: PostQuantumAlgorithm, count: number): Promise<Case<Subject>> {
  const [ours, attackers] = [pairOf(alg), pairOf(alg)]
  const { privateKey } = ours
  const issuer = createIssuer({
    ...{ ...parties, lifetime, maxLifetime: lifetime },
    signature: { algorithm: alg, keys: await importKey(privateKey, { alg, kid: alg }) },
  })
  const header = { alg, kid: alg, typ: parties.typ }
  const contenders = [
    prepared<Subject>('raw', 'raw', (subject) => {
      const input = Buffer.from(signingInput(claimsOf(subject), alg))
      return () => sign(null, input, privateKey)
    }),
    perItem<Subject>('sealbearer', 'ours', (subject) => issuer.issue(subject)),
    perItem<Subject>('jose 6', 'peer', (subject) =>
      new SignJWT(claimsOf(subject)).setProtectedHeader(header).sign(privateKey),
    ),
  ]
  const readBy =
    ({ publicKey }: Pair): Read =>
    (token) =>
      jwtVerify(token, publicKey, { issuer: parties.issuer, audience: parties.audience, algorithms: [alg] })
  const readers = { right: readBy(ours), attackers: readBy(attackers) }
  return makeCaseReadBy({ group: 'issue', name: `issue ${alg}`, contenders }, readers, count)
}
