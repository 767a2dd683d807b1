import { calculateJwkThumbprint, type JWK } from 'jose'
import { expect, test } from 'vitest'
import { decryptJwe } from '../jwe/decrypt.js'
import { encryptJwe } from '../jwe/encrypt.js'
import type { Verifier } from '../jwt/define-verifier.js'
import { createIssuer } from '../jwt/issuer.js'
import { createVerifier } from '../jwt/verifier.js'
import { generateKey } from '../keys/generate.js'
import { importKey } from '../keys/import.js'
import { exportJwk } from '../keys/jwk-set.js'
import type { Key } from '../keys/key.js'
import { createKeySet, type LocalKeySet } from '../keys/key-set.js'
import { createKeyRing, type KeyRing } from './key-ring.js'
import type { KeySource } from './key-source.js'
import { createMemoryRings } from './store.js'

const party = { issuer: 'https://auth.example', audience: 'https://api.example', typ: 'at+jwt' }

/** The same run every time (mulberry32). */
function randomSource(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Keys made once and handed out under new names: a rotation then costs no key generation. */
async function pooledSource(alg: 'Ed25519' | 'ECDH-ES'): Promise<KeySource & { made: () => number }> {
  const jwk = exportJwk(
    await generateKey(alg, { extractable: true, ...(alg === 'ECDH-ES' && { crv: 'X25519' }) }),
  )
  const { d: _, ...shared } = jwk
  const thumbprint = await calculateJwkThumbprint(shared)
  let made = 0
  const opened = new Map<string, Promise<Key>>()
  return {
    made: () => made,
    create: async () => ({ ...shared, kid: `${thumbprint}-${made++}` }),
    open(stored: JWK) {
      const kid = String(stored.kid)
      const key = opened.get(kid) ?? importKey({ ...jwk, kid }, { alg })
      opened.set(kid, key)
      return key
    },
  }
}

/** What a verifier elsewhere makes of a published set; a key it has met before is not imported again. */
function remoteReader(): (ring: KeyRing) => Promise<Key[]> {
  const known = new Map<unknown, Promise<Key>>()
  return ({ publicJwks }) =>
    Promise.all(
      publicJwks().keys.map((jwk) => {
        const key = known.get(jwk.kid) ?? importKey(jwk, { alg: 'Ed25519' })
        known.set(jwk.kid, key)
        return key
      }),
    )
}

/** Lets the work in the background finish, which takes milliseconds, before the clock goes on by minutes. */
async function settled(rings: readonly KeyRing[]): Promise<void> {
  const waits = (ring: KeyRing): boolean => !ring.status().some(({ phase }) => phase === 'next')
  do await new Promise((resolve) => setImmediate(resolve))
  while (rings.some(waits))
}

test('thousands of rotations refuse no valid token and accept no expired one', async () => {
  const random = randomSource(4)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  let seconds = 1_800_000_000
  const clock = (ahead: number) => () => new Date((seconds + ahead) * 1000)
  const tolerance = 20
  const errors: unknown[] = []
  const source = await pooledSource('Ed25519')
  const store = createMemoryRings()
  const ringOptions = {
    keys: [{ alg: 'Ed25519', source }] as const,
    rotateEvery: '15m',
    maxTokenLifetime: '1h',
    maxAge: '5m',
    clockTolerance: 2 * tolerance,
    reloadEvery: '30s',
    store,
    onError: (error: unknown) => errors.push(error),
  } as const
  // Two processes whose clocks disagree, and verifiers somewhere else that keep what they fetched.
  const rings = [
    await createKeyRing({ ...ringOptions, now: clock(tolerance / 2) }),
    await createKeyRing({ ...ringOptions, now: clock(-tolerance / 2) }),
  ]
  const issuers = rings.map((keys, index) =>
    createIssuer({
      ...party,
      lifetime: '1h',
      signature: { algorithm: 'Ed25519', keys },
      now: clock(index === 0 ? tolerance / 2 : -tolerance / 2),
    }),
  )
  const readKeys = remoteReader()
  const remotes = await Promise.all(
    [0, 1, 2].map(async () => {
      const keys = await createKeySet(await readKeys(pick(rings)))
      return { keys, verifier: verifierOf(keys), fetched: seconds }
    }),
  )
  const locals = rings.map((keys) => verifierOf(keys))
  function verifierOf(keys: KeyRing | LocalKeySet): Verifier {
    return createVerifier({
      ...party,
      signature: { algorithms: ['Ed25519'], keys },
      clockTolerance: tolerance,
      now: clock(0),
    })
  }
  async function ask(): Promise<Verifier> {
    if (random() < 0.5) return pick(locals)
    const remote = pick(remotes)
    if (seconds - remote.fetched > 300) {
      const ring = pick(rings)
      await ring.ready()
      await remote.keys.replace(await readKeys(ring))
      remote.fetched = seconds
    }
    return remote.verifier
  }

  let tokens: { token: string; exp: number }[] = []
  const seen = { accepted: 0, expired: 0, oldest: 0, wrong: [] as string[] }
  while (source.made() < 2_002) {
    seconds += pick([1 + random() * 60, 1 + random() * 1_500])
    if (random() < 0.01) seconds += 86_400 * random() * 3
    const issued = await pick(issuers).issue({ sub: 'user' }, { lifetime: Math.ceil(3600 * random()) })
    tokens.push({ token: issued.token, exp: issued.claims.exp })
    if (random() < 0.2) await pick(rings).rotate()
    for (const { token, exp } of [tokens.at(-1), random() < 0.5 ? tokens[0] : pick(tokens)].filter(
      (one) => one !== undefined,
    )) {
      const verifier = await ask()
      const accepted = await verifier.verify(token).then(
        () => true,
        () => false,
      )
      const age = seconds - exp
      if (accepted) seen.accepted++
      else seen.expired++
      if (accepted) seen.oldest = Math.max(seen.oldest, age)
      if (accepted ? age >= tolerance : age < tolerance) seen.wrong.push(`${accepted} at ${age}`)
    }
    tokens = tokens.filter(({ exp }) => seconds - exp < 900).slice(-30)
    await settled(rings)
  }
  expect(errors).toEqual([])
  expect(seen.wrong).toEqual([])
  expect(seen.accepted).toBeGreaterThan(4_000)
  expect(seen.expired).toBeGreaterThan(500)
  // The ring itself keeps no key longer than its last token can live.
  for (const ring of rings) expect(ring.kids().length).toBeLessThan(10)
})

test("no encrypted token is lost, whatever age the sender's copy of the key set has", async () => {
  const random = randomSource(5)
  const errors: unknown[] = []
  let seconds = 1_800_000_000
  const source = await pooledSource('ECDH-ES')
  const ring = await createKeyRing({
    keys: [{ alg: 'ECDH-ES', source }],
    rotateEvery: '10m',
    maxTokenLifetime: '20m',
    maxAge: '5m',
    clockTolerance: 0,
    onError: (error) => errors.push(error),
    now: () => new Date(seconds * 1000),
  })
  const encryption = { keyManagement: 'ECDH-ES', contentEncryption: 'A256GCM' } as const
  const opens = (token: string): Promise<boolean> =>
    decryptJwe(token, {
      keyManagement: [encryption.keyManagement],
      contentEncryption: [encryption.contentEncryption],
      keys: ring,
    }).then(
      () => true,
      () => false,
    )
  const sender = { keys: await createKeySet(ring.publicJwks()), fetched: seconds }
  let sent: { token: string; expires: number }[] = []
  const seen = { opened: 0, lost: 0 }
  while (source.made() < 302) {
    seconds += 1 + random() * 500
    if (seconds - sender.fetched > 300) {
      await sender.keys.replace(ring.publicJwks())
      sender.fetched = seconds
    }
    const token = await encryptJwe(new Uint8Array(1), { ...encryption, key: sender.keys })
    sent.push({ token, expires: seconds + 1200 })
    sent = sent.filter(({ expires }) => expires > seconds)
    for (const { token: one } of sent.slice(0, 1)) (await opens(one)) ? seen.opened++ : seen.lost++
    await settled([ring])
  }
  expect(errors).toEqual([])
  expect(seen.lost).toBe(0)
  expect(seen.opened).toBeGreaterThan(500)
})
