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
import { createConformance } from '../conformance.js'
import { audience, issuer } from '../parties.js'
import { describeValue } from './describe-value.js'
import { issuerWith, type Material, materialOf, verifierWith } from './failures/material.js'
import { keySecrets } from './key-secrets.js'
import { type Secret, Taint } from './taint.js'
import { ownChannels } from './watched-channels.js'

const text = 'correct-horse-battery-staple-0123456789'
const claims = { sub: 'user_48151623', email: 'ada.lovelace@example.com', scope: 'orders:read profile' }
const secretClaims = Object.entries(claims).map(([name, value]) => ({ label: `the claim ${name}`, value }))

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
  const conformance = await createConformance()
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

const nothing: Made = { secrets: [] }

/** What goes well, and tells of it. */
const successes: Readonly<Record<string, (m: Material) => Promise<Made>>> = {
  async 'sealbearer:decision'(m) {
    const authenticator = createAuthenticator({ verifier: verifierWith(m) })
    const headers = { authorization: `Bearer ${m.token}` }
    await authenticateRequest(authenticator, new Request('https://api.example.com/', { headers }))
    return nothing
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
