import { createTenantVerifier, createVerifier, importKey, type Verifier } from '@sealbearer/core'
import { secondsNow } from '../material/claims.js'
import { parties } from '../material/parties.js'
import { signatureKey } from '../material/signature-key.js'
import { answerOf } from './door.js'
import { cacheBytes, type Flood, mebibyte, slack, wrongSignature } from './flood.js'
import { segment, signedText, usualHeader } from './tokens.js'

const { audience, typ } = parties
const key = signatureKey('HS256')
const exp = secondsNow() + 86_400
const tenants = 1_000

const nameOf = (tenant: number): string => `https://tenant-${tenant}.bench.example`
const claimsOf = (tenant: number, index: number): string =>
  `{"iss":"${nameOf(tenant)}","aud":"${audience}","exp":${exp},"sub":"user_${index}"}`
const goodToken = (tenant: number, index: number): string =>
  signedText(`${usualHeader}}`, claimsOf(tenant, index), key)
const forgedToken = (tenant: number, index: number): string =>
  `${segment(`${usualHeader}}`)}.${segment(claimsOf(tenant, index))}.${wrongSignature}`

/** Tenants that all have the same key, each with a verifier of its own; tells how often each was looked up. */
async function createTenants(timesOf: Map<string, number>) {
  const keys = await importKey(key.verifying, { alg: 'HS256', kid: key.kid })
  const signature = { algorithms: ['HS256'], keys } as const
  return createTenantVerifier({
    issuer: (iss) => iss.endsWith('.bench.example'),
    // Asynchronous, as a database is.
    async resolve(issuer) {
      timesOf.set(issuer, (timesOf.get(issuer) ?? 0) + 1)
      return createVerifier({ issuer, audience, typ, signature })
    },
  })
}
const answerTo = (verifier: Verifier, token: string): Promise<string> =>
  answerOf(() => verifier.verify(token))

/** A verifier with all that it holds on to, beside its cache. */
const verifierBytes = 10_000

async function ofTenantTokens(): Promise<Flood> {
  const verifier = await createTenants(new Map())
  return {
    title: 'good tokens of a thousand tenants, against their one cache of verified tokens',
    answer: 'let in',
    boundBytes: cacheBytes + tenants * verifierBytes + slack,
    share: 0.2,
    send: (index) => answerTo(verifier, goodToken(index % tenants, index)),
  }
}

/** Half of the names are those of tenants in use, half those of others that exist as well. */
async function ofTenantNames(): Promise<Flood> {
  const timesOf = new Map<string, number>()
  const verifier = await createTenants(timesOf)
  for (let tenant = 0; tenant < tenants; tenant++) {
    const answer = await answerTo(verifier, goodToken(tenant, tenant))
    if (answer !== 'let in') throw new Error(answer)
  }
  return {
    title: 'forged tokens in the names of two thousand tenants, against the thousand in use',
    answer: 'SB_INTEGRITY_FAILED',
    // A tenth of a thousand, which no good token has proven.
    boundBytes: (tenants / 10) * verifierBytes + mebibyte + slack,
    share: 0.2,
    send: (index) => answerTo(verifier, forgedToken(index % (2 * tenants), index)),
    note() {
      const evicted = [...timesOf].slice(0, tenants).filter(([, times]) => times > 1)
      return `${evicted.length} of ${tenants.toLocaleString('en')} tenants in use were looked up again`
    },
  }
}

/** Two requests wait for one lookup, while another issuer is forgotten. */
async function ofForgottenIssuers(): Promise<Flood> {
  const timesOf = new Map<string, number>()
  const verifier = await createTenants(timesOf)
  const [name, token] = [nameOf(0), goodToken(0, 0)]
  let sent = 0
  return {
    title: 'issuers that are forgotten, against the lookup of another',
    answer: 'let in',
    boundBytes: slack,
    share: 0.05,
    async send(index) {
      sent++
      verifier.forget(name)
      const first = answerTo(verifier, token)
      verifier.forget(nameOf(index + 1))
      const second = answerTo(verifier, token)
      const answers = new Set([await first, await second])
      return [...answers].join()
    },
    note: () => `${((timesOf.get(name) ?? 0) / sent).toFixed(2)} lookups for two requests`,
  }
}

export const tenantFloods: readonly (() => Promise<Flood>)[] = [
  ofTenantTokens,
  ofTenantNames,
  ofForgottenIssuers,
]
