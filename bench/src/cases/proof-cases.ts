import {
  expressOauth2JwtBearerProofs,
  oauth4webapiProofs,
  ourProofs,
  rawNewKey,
  rawProof,
} from '../contenders/proofs.js'
import { boundToken, type ClientKey, clientKey, type ProofItem, signedProof } from '../material/proofs.js'
import { type SignatureKey, signatureKey } from '../material/signature-key.js'
import type { Case, Contender } from '../measure/contender.js'

/** More clients than a server remembers keys of. */
const clientsOf = (count: number): number => count * 2

const itemOf = (issuer: SignatureKey, client: ClientKey, index: number, signer = client): ProofItem => {
  const token = boundToken(issuer, client, index)
  return { token, proof: signedProof(signer, token), jwk: signer.jwk }
}

const isAccepted = async (contender: Contender<ProofItem>, item: ProofItem): Promise<boolean> => {
  try {
    const result = await contender.bind([item])(0)
    return contender.role === 'raw' || JSON.stringify(result).includes('user_')
  } catch {
    return false
  }
}

interface Evidence {
  readonly good: ProofItem
  readonly forgeries: Readonly<Record<string, ProofItem>>
}

function evidenceOf(issuer: SignatureKey, client: ClientKey): Evidence {
  const token = boundToken(issuer, client, 1)
  const jwk = client.jwk
  const withClaims = (claims: object): ProofItem => ({
    ...{ token, jwk },
    proof: signedProof(client, token, { ...claims }),
  })
  const good = withClaims({})
  const [header, payload] = good.proof.split('.')
  return {
    good,
    forgeries: {
      'with the signature of another': {
        ...good,
        proof: `${header}.${payload}.${withClaims({}).proof.split('.')[2]}`,
      },
      'for another method': withClaims({ htm: 'POST' }),
      'for another address': withClaims({ htu: 'https://evil.example/orders' }),
      'for another token': withClaims({ ath: 'x' }),
      'of another key': itemOf(issuer, client, 1, clientKey()),
    },
  }
}

/** Rejects unless a contender accepts the good proof, and refuses what the bare signature does not tell too. */
async function proveProofs(contender: Contender<ProofItem>, { good, forgeries }: Evidence): Promise<void> {
  const { name, role } = contender
  for (const _ of ['first', 'second']) {
    if (!(await isAccepted(contender, good))) throw new Error(`${name} refuses a good proof`)
  }
  for (const [title, item] of Object.entries(forgeries)) {
    if (role === 'raw' && title !== 'with the signature of another') continue
    if (await isAccepted(contender, item)) throw new Error(`${name} accepts a proof ${title}`)
  }
}

interface Parties {
  readonly hmac: SignatureKey<'HS256'>
  readonly rows: readonly Contender<ProofItem>[]
}

async function partiesWith(...raw: readonly Contender<ProofItem>[]): Promise<Parties> {
  const hmac = signatureKey('HS256')
  return { hmac, rows: [...raw, await ourProofs(hmac), expressOauth2JwtBearerProofs(hmac)] }
}

/** Proofs that nobody has seen before, of one client, whose token and key are known where they are remembered. */
export async function knownKeyCase(count: number): Promise<Case<ProofItem>> {
  const { hmac, rows } = await partiesWith(rawProof)
  const client = clientKey()
  const token = boundToken(hmac, client, 0)
  const items = Array.from({ length: count }, () => ({
    token,
    proof: signedProof(client, token),
    jwk: client.jwk,
  }))
  return proofCase('DPoP, a known key', rows, items, evidenceOf(hmac, client))
}

/** Of so many clients that none is known. Raw imports the key too. */
export async function newKeyCase(count: number): Promise<Case<ProofItem>> {
  const { hmac, rows } = await partiesWith(rawNewKey)
  const items = Array.from({ length: clientsOf(count) }, (_, i) => itemOf(hmac, clientKey(), i))
  return proofCase('DPoP, a new key', rows, items, evidenceOf(hmac, clientKey()))
}

/** A stolen token with proofs of the thief's own keys, of which none is known. Raw does what it would take to believe them. */
export async function foreignKeyCase(count: number): Promise<Case<ProofItem>> {
  const { hmac, rows } = await partiesWith(rawNewKey)
  const client = clientKey()
  const items = Array.from({ length: clientsOf(count) }, () => itemOf(hmac, client, 0, clientKey()))
  const [first] = items
  const evidence = evidenceOf(hmac, client)
  return {
    ...proofCase('DPoP, a foreign key refused', rows, items, evidence),
    async prove(contender) {
      await proveProofs(contender, evidence)
      if (contender.role === 'raw') return
      if (first === undefined || (await isAccepted(contender, first))) {
        throw new Error(`${contender.name} accepts a foreign key`)
      }
    },
  }
}

/** Tokens with ES256, which oauth4webapi reads; it verifies both signatures each time, as ours does for a new token. */
export async function proofBesideTokenCase(count: number): Promise<Case<ProofItem>> {
  const issuer = signatureKey('ES256')
  const client = clientKey()
  const items = Array.from({ length: count }, (_, i) => itemOf(issuer, client, i))
  const rows = [rawProof, await ourProofs(issuer), oauth4webapiProofs(issuer)]
  return proofCase('DPoP, a token with ES256', rows, items, evidenceOf(issuer, client))
}

const proofCase = (
  name: string,
  contenders: readonly Contender<ProofItem>[],
  items: readonly ProofItem[],
  evidence: Evidence,
): Case<ProofItem> => ({
  ...{ group: 'proofs', name, contenders },
  items: () => items,
  prove: (contender) => proveProofs(contender, evidence),
})
