import type { StandardSchemaV1 } from '@standard-schema/spec'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { answer, startKeyServer } from '../../test-kit/key-server.js'
import { audience, issuer, nowSeconds } from '../../test-kit/parties.js'
import { proof, proofPair } from '../../test-kit/proofs.js'
import { SealbearerError } from '../errors.js'
import type { VerifiedClaims } from '../jwt/claims.js'
import { defineVerifier, type Verifier } from '../jwt/define-verifier.js'
import { createIntrospectionVerifier } from '../jwt/introspection.js'
import { createIssuer } from '../jwt/issuer.js'
import { createTenantVerifier } from '../jwt/tenant-verifier.js'
import { createVerifier } from '../jwt/verifier.js'
import { createKeyRing } from '../key-ring/key-ring.js'
import { generateKey } from '../keys/generate.js'
import { publicJwks } from '../keys/jwk-set.js'
import type { Key, KeySet, Keys } from '../keys/key.js'
import { createKeySet } from '../keys/key-set.js'
import { createRemoteKeySet } from '../remote-keys/remote-key-set.js'
import { createAuthenticator } from './authenticator.js'
import { bearer } from './credentials.js'
import { dpop } from './dpop.js'
import { nodeAuthRequest } from './node-request.js'

const ours = await generateKey('ES256', { kid: 'ours' })
const other = await generateKey('ES256', { kid: 'other' })
const pair = proofPair()
const parties = { issuer, audience, typ: 'at+jwt', now: (): Date => new Date(seconds * 1000) }
const { now } = parties

let seconds = nowSeconds
beforeEach(() => {
  seconds = nowSeconds
})
const servers: AsyncDisposable[] = []
afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]()
})

/** Lets everything through until it is shut, and then again when it is opened. */
function createGate() {
  let [reach, open] = [(): void => {}, (): void => {}]
  let [reached, opened] = [Promise.resolve(), Promise.resolve()]
  return {
    shut() {
      reached = new Promise((resolve) => {
        reach = resolve
      })
      opened = new Promise((resolve) => {
        open = resolve
      })
    },
    reached: () => reached,
    open: () => open(),
    pass: () => {
      reach()
      return opened
    },
  }
}
type Gate = ReturnType<typeof createGate>

/** Keys, and what removes that of the token, or another. */
interface Source {
  readonly keys: KeySet
  readonly signing: Keys
  readonly removeOurs: () => Promise<unknown>
  readonly removeOther: () => Promise<unknown>
}

const sources = {
  async 'a key ring'(): Promise<Source> {
    const ring = await createKeyRing({ keys: ['ES256'], maxAge: 0, clockTolerance: 0, now })
    const [active = '', waiting = ''] = ring.kids()
    return {
      keys: ring,
      signing: ring,
      removeOurs: () => ring.revoke(active),
      removeOther: () => ring.revoke(waiting),
    }
  },
  async 'a key set'(): Promise<Source> {
    const set = await createKeySet([ours, other])
    return {
      keys: set,
      signing: ours,
      removeOurs: () => set.replace([other]),
      removeOther: () => set.replace([ours]),
    }
  },
  async 'a remote key set'(): Promise<Source> {
    const server = await startKeyServer(answer(publicJwks([ours, other])))
    servers.push(server)
    const remote = createRemoteKeySet(server.jwksUri, { now })
    const publish = (key: Key) => {
      server.behave = answer(publicJwks(key))
      return remote.refresh()
    }
    return {
      keys: remote,
      signing: ours,
      removeOurs: () => publish(other),
      removeOther: () => publish(ours),
    }
  },
} as const

const schemaBehind = (gate: Gate): StandardSchemaV1 => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) => {
      await gate.pass()
      return { value }
    },
  },
})

/** A key set of an application, which waits like one that loads its keys. */
const selectingBehind = (gate: Gate, keys: KeySet): KeySet => ({
  async select(header) {
    const selected = await keys.select(header)
    await gate.pass()
    return selected
  },
  get generation() {
    return keys.generation
  },
})

/** What a verification can wait for: the options of its verifier. */
const waits: Readonly<Record<string, (gate: Gate, keys: KeySet) => object>> = {
  select: (gate, keys) => ({
    signature: { algorithms: ['ES256'], keys: selectingBehind(gate, keys) },
    cache: false,
  }),
  claimsSchema: (gate) => ({ claimsSchema: schemaBehind(gate) }),
  revoked: (gate) => ({ revoked: () => gate.pass().then(() => false) }),
  'revoked, without a cache': (gate) => ({ revoked: () => gate.pass().then(() => false), cache: false }),
  'a replay check': () => ({}),
}

const authenticatorOf = (verifier: Verifier, claim: () => Promise<void>) =>
  createAuthenticator({
    verifier,
    credentials: [
      dpop({ origin: audience, now, maxAge: '1h', replay: { claim: () => claim().then(() => true) } }),
      bearer(),
    ],
  })

const tokenUnder = async (keys: Keys, iss = issuer): Promise<string> => {
  const signature = { algorithm: 'ES256', keys } as const
  const made = createIssuer({ ...parties, issuer: iss, lifetime: '5m', signature })
  return (await made.issue({ sub: 'user_1', cnf: { jkt: pair.jkt } })).token
}

const sender = (authenticator: ReturnType<typeof authenticatorOf>, token: string) => async () => {
  const rawHeaders = ['Authorization', `DPoP ${token}`, 'DPoP', proof(pair, token)]
  const request = nodeAuthRequest({ method: 'GET', url: '/orders', rawHeaders }, true)
  const outcome = await authenticator.authenticate(request)
  return outcome.ok ? 'accepted' : outcome.error.code
}

const names = Object.keys(sources) as (keyof typeof sources)[]
describe.each(names)('while a request waits, with keys of %s,', (name) => {
  describe.each(Object.keys(waits))('for %s', (waitsFor) => {
    /** Begins to decide about a request that waits. The same request was accepted once before, or was not sent. */
    async function begin(isSecond: boolean) {
      const [gate, source] = [createGate(), await sources[name]()]
      let isRevoked = false
      const verifier = createVerifier({
        ...parties,
        signature: { algorithms: ['ES256'], keys: source.keys },
        revocations: { isRevoked: () => isRevoked },
        ...waits[waitsFor]?.(gate, source.keys),
      })
      const authenticator = authenticatorOf(verifier, async () => {
        if (waitsFor === 'a replay check') await gate.pass()
      })
      const send = sender(authenticator, await tokenUnder(source.signing))
      if (isSecond) expect(await send()).toBe('accepted')
      gate.shut()
      const decided = send()
      await gate.reached()
      const finish = async () => {
        gate.open()
        return [await decided, await send()]
      }
      const revoke = () => {
        isRevoked = true
      }
      return { source, finish, revoke }
    }

    const tokens = [
      { title: 'not seen before', isSecond: false },
      { title: 'seen before', isSecond: true },
    ]
    // The key of a header that was seen before is known.
    const waiting = waitsFor === 'select' ? tokens.slice(0, 1) : tokens
    test.each(waiting)('the key of a token $title is removed: refused', async ({ isSecond }) => {
      const { source, finish } = await begin(isSecond)
      await source.removeOurs()
      expect(await finish()).toEqual(['SB_KEY_NOT_FOUND', 'SB_KEY_NOT_FOUND'])
    })

    test('another key is removed: accepted', async () => {
      const { source, finish } = await begin(false)
      await source.removeOther()
      expect(await finish()).toEqual(['accepted', 'accepted'])
    })

    test('the token is revoked: refused', async () => {
      const { revoke, finish } = await begin(false)
      revoke()
      expect(await finish()).toEqual(['SB_TOKEN_REVOKED', 'SB_TOKEN_REVOKED'])
    })

    test.each([
      { title: 'a second before exp: accepted', later: 299, code: 'accepted' },
      { title: 'until exp: refused', later: 300, code: 'SB_TOKEN_EXPIRED' },
    ])('$title', async ({ later, code }) => {
      const { finish } = await begin(false)
      seconds += later
      expect((await finish())[0]).toBe(code)
    })
  })
})

describe('while the replay check of a token of another kind of verifier waits', () => {
  /** Whose clock they have. */
  const kinds: Readonly<Record<string, (answer: () => object) => Verifier<unknown>>> = {
    introspection: (answer) =>
      createIntrospectionVerifier({
        audience,
        endpoint: 'https://auth.example.com/introspect',
        clientAuthentication: { clientId: 'api', clientSecret: 'secret' },
        fetch: async () => Response.json({ active: true, aud: audience, ...answer() }),
        now,
      }),
    'cached introspection': (answer) =>
      createIntrospectionVerifier({
        audience,
        endpoint: 'https://auth.example.com/introspect',
        clientAuthentication: { clientId: 'api', clientSecret: 'secret' },
        fetch: async () => Response.json({ active: true, aud: audience, ...answer() }),
        cache: { maxAge: '1h' },
        now,
      }),
  }
  const rows = Object.keys(kinds).flatMap((kind) => [
    { kind, later: 0, isEnded: false, codes: ['accepted', 'accepted'] },
    { kind, later: 4, isEnded: false, codes: ['accepted', 'accepted'] },
    { kind, later: 5, isEnded: false, codes: ['SB_TOKEN_EXPIRED', 'SB_TOKEN_EXPIRED'] },
  ])
  const uncached = [
    { kind: 'introspection', later: 2, isEnded: true, codes: ['SB_TOKEN_INACTIVE', 'SB_TOKEN_INACTIVE'] },
  ]
  test.each([...rows, ...uncached])('$kind, for $later s, inactive then: $isEnded', async (row) => {
    const [gate, exp] = [createGate(), nowSeconds + 5]
    let active = true
    const verifier = kinds[row.kind]?.(() => ({ active, exp, cnf: { jkt: pair.jkt } }))
    if (verifier === undefined) return expect.unreachable()
    const send = sender(
      authenticatorOf(verifier as Verifier, () => gate.pass()),
      'opaque',
    )
    gate.shut()
    const decided = send()
    await gate.reached()
    seconds += row.later
    active = !row.isEnded
    gate.open()
    expect([await decided, await send()]).toEqual(row.codes)
  })

  test.each([
    { title: 'a moment: asked once', wait: 0, asked: 1, code: 'accepted' },
    { title: 'longer: asked again, and refused', wait: 1_100, asked: 2, code: 'SB_TOKEN_REVOKED' },
  ])('a custom verifier, for $title', async ({ wait, asked, code }) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const gate = createGate()
    let times = 0
    const verifier = defineVerifier({
      verify: () => {
        times++
        if (times > 1) throw new SealbearerError('SB_TOKEN_REVOKED')
        return { claims: { iss: issuer, cnf: { jkt: pair.jkt } } as unknown as VerifiedClaims }
      },
    })
    const send = sender(
      authenticatorOf(verifier, () => gate.pass()),
      'opaque',
    )
    gate.shut()
    const decided = send()
    await gate.reached()
    vi.setSystemTime(Date.now() + wait)
    gate.open()
    expect([await decided, times]).toEqual([code, asked])
  })
})

describe('while a request of a tenant waits', () => {
  const [tenant, neighbour] = ['https://a.tenants.example', 'https://b.tenants.example']
  const verifierWith = (keys: Key, revoked?: () => Promise<boolean>): Verifier =>
    createVerifier({
      ...parties,
      issuer: tenant,
      signature: { algorithms: ['ES256'], keys },
      ...(revoked && { revoked }),
    })
  const kinds: Readonly<Record<string, (keys: Key, gate: Gate) => Verifier>> = {
    revoked: (keys, gate) => verifierWith(keys, () => gate.pass().then(() => false)),
    resolve: (keys) => verifierWith(keys),
    'a replay check': (keys) => verifierWith(keys),
    'a custom verifier': (keys, gate) => {
      const inner = verifierWith(keys)
      return defineVerifier({
        form: 'signed',
        issuers: tenant,
        verify: (token) => gate.pass().then(() => inner.verify(token)),
      })
    },
  }

  describe.each(Object.keys(kinds))('for %s', (waitsFor) => {
    async function begin() {
      const gate = createGate()
      const tenants = new Map([[tenant, ours]])
      const verifier = createTenantVerifier({
        issuer: (iss) => iss.endsWith('.tenants.example'),
        async resolve(iss) {
          const keys = tenants.get(iss)
          if (waitsFor === 'resolve') await gate.pass()
          return keys && kinds[waitsFor]?.(keys, gate)
        },
        keepFor: '1m',
        now,
      })
      const authenticator = authenticatorOf(verifier, async () => {
        if (waitsFor === 'a replay check') await gate.pass()
      })
      const send = sender(authenticator, await tokenUnder(ours, tenant))
      gate.shut()
      const decided = send()
      await gate.reached()
      const finish = async () => {
        gate.open()
        return [await decided, await send()]
      }
      return { verifier, tenants, finish }
    }

    test('the tenant is removed: refused', async () => {
      const { verifier, tenants, finish } = await begin()
      tenants.delete(tenant)
      verifier.forget(tenant)
      expect(await finish()).toEqual(['SB_ISSUER_MISMATCH', 'SB_ISSUER_MISMATCH'])
    })

    test('the tenant gets another key: refused', async () => {
      const { verifier, tenants, finish } = await begin()
      tenants.set(tenant, other)
      verifier.forget(tenant)
      expect(await finish()).toEqual(['SB_KEY_NOT_FOUND', 'SB_KEY_NOT_FOUND'])
    })

    test('the tenant is resolved again, to the same key: accepted', async () => {
      const { verifier, finish } = await begin()
      verifier.forget(tenant)
      expect(await finish()).toEqual(['accepted', 'accepted'])
    })

    test('another tenant is removed: accepted', async () => {
      const { verifier, finish } = await begin()
      verifier.forget(neighbour)
      expect(await finish()).toEqual(['accepted', 'accepted'])
    })
  })

  test.each([
    { title: 'is forgotten', end: (forget: () => void) => forget() },
    {
      title: 'is older than keepFor',
      end: () => {
        seconds += 60
      },
    },
  ])('on a long connection, a tenant that left ends once it $title', async ({ end }) => {
    const tenants = new Map([[tenant, verifierWith(ours)]])
    const verifier = createTenantVerifier({
      issuer: (iss) => iss.endsWith('.tenants.example'),
      resolve: (iss) => tenants.get(iss),
      keepFor: '1m',
      now,
    })
    const authenticator = createAuthenticator({ verifier, confirmation: 'ignore' })
    const outcome = await authenticator.authenticateToken(await tokenUnder(ours, tenant))
    if (!outcome.ok) throw outcome.error
    const checked = async () => {
      const again = await authenticator.check(outcome.auth)
      return again.ok ? 'accepted' : again.error.code
    }
    tenants.delete(tenant)
    expect(await checked()).toBe('accepted')
    end(() => verifier.forget(tenant))
    expect(await checked()).toBe('SB_ISSUER_MISMATCH')
  })
})
