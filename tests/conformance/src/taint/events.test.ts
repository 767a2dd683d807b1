import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  authenticateRequest,
  createAuthenticator,
  createKeyRing,
  createMemoryStore,
  createRemoteKeySet,
  publicJwks,
} from '@sealbearer/core'
import type { KeyRingStore } from '@sealbearer/core/key-ring'
import { createRevocations, createSessions } from '@sealbearer/sessions'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clock } from '../clock.js'
import { type Conformance, createConformance } from '../conformance.js'
import { nonceSecret, nonces } from '../dpop-answers.js'
import { audience, issuer } from '../parties.js'
import { boundTo, hashOf } from '../tokens/proof.js'
import { describeValue } from './describe-value.js'
import { issuerWith, type Material, materialOf, verifierWith } from './failures/material.js'
import { keySecrets } from './key-secrets.js'
import { type Secret, Taint } from './taint.js'
import { ownChannels } from './watched-channels.js'

const text = 'correct-horse-battery-staple-0123456789'
const claims = { sub: 'user_48151623', email: 'ada.lovelace@example.com', scope: 'orders:read profile' }
const secretClaims = Object.entries(claims).map(([name, value]) => ({ label: `the claim ${name}`, value }))

let conformance: Conformance
let material: Material
let secrets: readonly Secret[]
const published = new Map<string, unknown[]>()
const listeners = ownChannels.map((name) => {
  const listener = (event: unknown): void => {
    published.set(name, [...(published.get(name) ?? []), event])
  }
  return [name, listener] as const
})

beforeAll(async () => {
  conformance = await createConformance()
  material = await materialOf(conformance, text)
  secrets = [
    ...(await keySecrets(conformance.tokens.keys)),
    { label: 'the token', value: material.token },
    { label: 'the text', value: text },
    ...secretClaims,
  ]
  for (const [name, listener] of listeners) subscribe(name, listener)
})
afterAll(() => {
  for (const [name, listener] of listeners) unsubscribe(name, listener)
})

const store = () => createMemoryStore({ now: clock })

/** Secrets that were made, and what events may name of them. */
interface Made {
  readonly secrets: readonly Secret[]
  readonly named?: readonly string[]
}

/** Decisions about a token with a proof, twice, with an old nonce, and about one that is bound to a certificate. */
async function boundDecisions(): Promise<Made> {
  const { policies, tokens } = conformance
  const ask = async (policy: 'dpopNonce' | 'certificate', headers: Readonly<Record<string, string>>) => {
    const request = new Request(`${audience}/${policy}/none`, { headers })
    const facts = { remoteAddress: '127.0.0.1' }
    return (await authenticateRequest(policies[policy], request, undefined, facts)).ok
  }
  const token = await tokens.bound()
  const withProof = async (nonce: string) => {
    const proof = await tokens.proof(token, { path: '/dpopNonce/none', claims: { nonce } })
    return { authorization: `DPoP ${token}`, dpop: proof }
  }
  const [good, old] = [await withProof(nonces.fresh), await withProof(nonces.old)]
  expect([await ask('dpopNonce', good), await ask('dpopNonce', good), await ask('dpopNonce', old)]).toEqual([
    true,
    false,
    false,
  ])
  const certificate = crypto.getRandomValues(new Uint8Array(600))
  const thumbprint = await hashOf(certificate)
  const mtlsToken = await tokens.signed({ claims: { cnf: { 'x5t#S256': thumbprint } } })
  const headers = {
    authorization: `Bearer ${mtlsToken}`,
    'client-cert': `:${Buffer.from(certificate).toString('base64')}:`,
  }
  expect(await ask('certificate', headers)).toBe(true)
  return {
    secrets: [
      ...[token, mtlsToken].map((value) => ({ label: 'a token', value })),
      ...[good, old].map(({ dpop }) => ({ label: 'a proof', value: dpop })),
      ...Object.values(nonces).map((value) => ({ label: 'a nonce', value })),
      { label: 'the secret of nonces', value: nonceSecret },
      { label: 'the thumbprint of a key', value: (await boundTo(tokens.keys)).jkt },
      { label: 'a certificate', value: certificate },
      { label: 'the thumbprint of a certificate', value: thumbprint },
    ],
  }
}

/** What goes well, and tells of it. */
const successes: Readonly<Record<string, (m: Material) => Promise<Made>>> = {
  async 'sealbearer:decision'(m) {
    const authenticator = createAuthenticator({ verifier: verifierWith(m) })
    const headers = { authorization: `Bearer ${m.token}` }
    await authenticateRequest(authenticator, new Request('https://api.example.com/', { headers }))
    return boundDecisions()
  },
  async 'sealbearer:issue'(m) {
    const { token } = await issuerWith(m).issue(claims)
    return { secrets: [{ label: 'the issued token', value: token }] }
  },
  async 'sealbearer:keys'(m) {
    const { keys } = publicJwks([m.keys.signing.key])
    const fetch = async () => Response.json({ keys: [...keys, m.privateJwk] })
    await createRemoteKeySet('https://auth.example.com/jwks?code=correct-horse-battery', {
      fetch,
      now: clock,
    }).refresh()
    let saved = ''
    const rings: KeyRingStore = { ...store() }
    const save: KeyRingStore['save'] = (ring, version) => {
      saved = ring
      return rings.save(ring, version)
    }
    const load: KeyRingStore['load'] = () => rings.load()
    const ring = await createKeyRing({ keys: ['ES256'], name: 'main', now: clock, store: { load, save } })
    const [active] = ring.status()
    await ring.revoke(String(active?.kid))
    const members = [...saved.matchAll(/"d":\s*"([^"]+)"/g)]
    expect(members).not.toEqual([])
    return { secrets: members.map(([, d = '']) => ({ label: '"d" of the ring', value: d })) }
  },
  async 'sealbearer:session'(m) {
    const sessions = createSessions({
      accessTokens: issuerWith(m, { maxLifetime: '15m' }),
      refreshTokens: { secret: text },
      store: store(),
      now: clock,
      claims: async () => ({ email: claims.email, scope: claims.scope }),
    })
    const first = await sessions.start({ sub: claims.sub, data: { email: claims.email } })
    const second = await sessions.renew(first.refreshToken)
    await sessions.end({ refreshToken: String(second.refreshToken) })
    await sessions.renew(first.refreshToken).catch(() => undefined)
    await sessions.renew(`${first.refreshToken}x`).catch(() => undefined)
    const secrets = [first, second].flatMap(({ accessToken, refreshToken }) => [
      { label: 'an access token', value: accessToken },
      { label: 'a refresh token', value: String(refreshToken) },
    ])
    // It is a part of refresh tokens, and opens nothing without the secret behind it.
    return { secrets, named: [first.session.id] }
  },
  async 'sealbearer:revocation'() {
    const options = { maxTokenLifetime: '15m', onStoreLost: 'refuse', now: clock } as const
    const revocations = createRevocations({ store: store(), ...options })
    await revocations.ready()
    const [jti, sid] = ['token_correct_horse', 'session_correct_horse']
    for (const target of [{ sub: claims.sub }, { jti }, { sid }, { clientId: 'client_correct_horse' }]) {
      await revocations.revoke(target)
    }
    revocations.close()
    const append = () => Promise.reject(new Error(text))
    const lost = createRevocations({ store: { ...store(), append, snapshot: append }, ...options })
    await lost.revoke({ sub: claims.sub }).catch(() => undefined)
    lost.close()
    const values = [jti, sid, 'client_correct_horse']
    return { secrets: values.map((value) => ({ label: 'a revoked claim', value })) }
  },
}

describe.each(Object.entries(successes))('%s', (name, succeed) => {
  test('has events, and no part of a token, a key or a claim in them', async () => {
    published.clear()
    const made = await succeed(material)
    const events = published.get(name) ?? []
    expect(events.length).toBeGreaterThan(0)
    const taint = new Taint([...secrets, ...made.secrets], [issuer, audience, ...(made.named ?? [])])
    // Other channels that had something to tell on the way are searched too.
    expect(
      [...published].flatMap(([of, told]) => taint.find(describeValue(told)).map((what) => [of, what])),
    ).toEqual([])
  })
})
