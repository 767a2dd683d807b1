import { createIssuer, createVerifier, generateKey, type Key } from '@sealbearer/core'
import { webAuthRequest } from '@sealbearer/core/internal'
import {
  createLogoutEndpoint,
  createRevocations,
  createSessions,
  type Grant,
  type Sessions,
} from '@sealbearer/sessions'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Engine, StartedEngine } from './stores.js'

const minute = 60
const hour = 60 * minute

/** Clocks that are set by up to an hour, in seconds, and the twin that is not set. */
const changes = [0, 20 * minute, 31 * minute, hour]

const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }

/** What ends a session of a user. */
const endings: readonly {
  readonly title: string
  end(sessions: Sessions, grant: Grant): Promise<unknown>
}[] = [
  { title: 'its refresh token', end: (sessions, { refreshToken }) => sessions.end({ refreshToken }) },
  { title: 'its sid', end: (sessions, { session }) => sessions.end({ sid: session.id }) },
  { title: 'the end of all', end: (sessions, { session }) => sessions.endAll(session.sub) },
]

const provider = { issuer: 'https://op.example', sid: 'a session of the provider' }

/** A clock that is ahead, or behind, and then set: what was ended stays ended, and everything else goes on. */
export function testSetClocks(engines: readonly Engine[]): void {
  describe.each(engines)('clocks that are set: $title', ({ start, isInstalled }) => {
    describe.skipIf(!isInstalled)('by up to an hour', () => {
      let engine: StartedEngine
      let key: Key
      beforeAll(async () => {
        engine = await start()
        key = await generateKey('HS256')
      }, 120_000)
      afterAll(() => engine?.stop())

      function world() {
        const clock = { seconds: 1_800_000_000 }
        const open = engine.newWorld()
        const openStore = () => open(() => dateOf(clock))
        /** @param revocationClock That of its revocations; the store has its own. */
        const start = (revocationClock = clock) => startProcess(openStore, clock, revocationClock)
        return { clock, startProcess: start }
      }

      async function startProcess(
        openStore: () => ReturnType<ReturnType<StartedEngine['newWorld']>>,
        clock: { seconds: number },
        revocationClock: { seconds: number },
      ) {
        const now = (): Date => dateOf(clock)
        const store = openStore()
        const revocations = createRevocations({
          ...{ store, maxTokenLifetime: '15m', interval: 0.02 },
          onStoreLost: { acceptFor: '1d' },
          now: () => dateOf(revocationClock),
        })
        onTestFinished(() => revocations.close())
        await revocations.ready()
        const signature = { algorithm: 'HS256', keys: key } as const
        const sessions = createSessions({
          accessTokens: createIssuer({ ...parties, lifetime: '15m', maxLifetime: '15m', signature, now }),
          refreshTokens: { secret: 'a secret of this server, at least 32 bytes', lifetime: '30m' },
          ...{ store, revocations, now },
        })
        const verifier = createVerifier({
          ...parties,
          signature: { algorithms: ['HS256'], keys: key },
          ...{ revocations, now },
        })
        const accepts = ({ accessToken }: { readonly accessToken: string }): Promise<boolean> =>
          verifier.verify(accessToken).then(
            () => true,
            () => false,
          )
        return { sessions, revocations, accepts }
      }

      const logIn = (sessions: Sessions) =>
        sessions.start({ sub: crypto.randomUUID(), providerSession: provider })

      test.each(changes)('a session goes on after %d seconds ahead, and back', async (seconds) => {
        const { clock, startProcess } = world()
        const { sessions } = await startProcess()
        const grant = await logIn(sessions)
        clock.seconds += seconds
        await sessions.renew(grant.refreshToken).catch(() => undefined)
        const { refreshToken } = await logIn(sessions)
        clock.seconds -= seconds
        await expect(sessions.renew(refreshToken)).resolves.toBeDefined()
        await expect(sessions.renew(grant.refreshToken)).resolves.toBeDefined()
        expect(await sessions.list(grant.session.sub)).toHaveLength(1)
      })

      test.each(endings.flatMap(({ title, end }) => changes.map((seconds) => ({ title, end, seconds }))))(
        'a session stays ended by $title, $seconds seconds ahead',
        async ({ end, seconds }) => {
          const { clock, startProcess } = world()
          const { sessions, accepts } = await startProcess()
          const [grant, other] = [await logIn(sessions), await logIn(sessions)]
          clock.seconds += seconds
          await end(sessions, grant)
          clock.seconds -= seconds
          await expect(sessions.renew(grant.refreshToken)).rejects.toMatchObject({
            code: 'SB_REFRESH_REFUSED',
          })
          expect(await accepts(grant)).toBe(false)
          await expect(sessions.renew(other.refreshToken)).resolves.toHaveProperty('refreshToken')
          expect(await accepts(other)).toBe(true)
        },
      )

      test.each(changes)('a session stays ended by its provider, %d seconds ahead', async (seconds) => {
        const { clock, startProcess } = world()
        const { sessions } = await startProcess()
        const own = { issuer: provider.issuer, sid: crypto.randomUUID() }
        const grant = await sessions.start({ sub: crypto.randomUUID(), providerSession: own })
        const other = await logIn(sessions)
        clock.seconds += seconds
        expect(await logOut(sessions, own)).toBe(200)
        clock.seconds -= seconds
        await expect(sessions.renew(grant.refreshToken)).rejects.toMatchObject({ code: 'SB_REFRESH_REFUSED' })
        await expect(sessions.renew(other.refreshToken)).resolves.toHaveProperty('refreshToken')
      })

      test.each(changes)('a process that starts %d seconds ahead knows what was revoked', async (seconds) => {
        const { clock, startProcess } = world()
        const first = await startProcess()
        const [grant, other] = [await logIn(first.sessions), await logIn(first.sessions)]
        await first.revocations.revoke({ sid: grant.session.id })
        clock.seconds += seconds
        const { accepts } = await startProcess()
        clock.seconds -= seconds
        await expect.poll(() => accepts(grant)).toBe(false)
        expect(await accepts(other)).toBe(true)
      })

      test.each(changes)('a revocation of a clock %d seconds behind is not forgotten', async (seconds) => {
        const { clock, startProcess } = world()
        const writer = await startProcess({ seconds: clock.seconds - seconds })
        const reader = await startProcess()
        const [grant, other] = [await logIn(writer.sessions), await logIn(writer.sessions)]
        await writer.revocations.revoke({ sid: grant.session.id })
        await expect.poll(() => reader.accepts(grant)).toBe(false)
        clock.seconds += 14 * minute
        const later = await startProcess()
        for (const { accepts } of [reader, later]) {
          expect(await accepts(grant)).toBe(false)
          expect(await accepts(other)).toBe(true)
        }
      })
    })
  })
}

/** What a provider sends when its session ends, after the token has been verified. */
async function logOut(sessions: Sessions, { issuer, sid }: { issuer: string; sid: string }): Promise<number> {
  const claims = { iss: issuer, sid, jti: crypto.randomUUID(), iat: 1_800_000_000, events: { [event]: {} } }
  const verified = {
    ...{ claims, form: 'signed' as const, encryptionHeader: undefined, confirmation: undefined },
    protectedHeader: { alg: 'RS256', typ: 'logout+jwt' },
  }
  const endpoint = createLogoutEndpoint({ verifier: { verify: async () => verified }, sessions })
  const body = new URLSearchParams({ logout_token: 'verified above' })
  const request = new Request('https://app.example.com/', { method: 'POST', body })
  return (await endpoint(Object.assign(webAuthRequest(request), { text: () => request.text() }))).status
}

const event = 'http://schemas.openid.net/event/backchannel-logout'

const dateOf = ({ seconds }: { readonly seconds: number }): Date => new Date(seconds * 1000)
