import { describe, expect, test } from 'vitest'
import { claimsOf } from './testing/claims-of.js'
import { secret, setUp } from './testing/setup.js'

const refused = expect.objectContaining({
  code: 'SB_REFRESH_REFUSED',
  status: 400,
  message: 'the refresh token is malformed, expired, revoked or was used before',
})
const unavailable = expect.objectContaining({ code: 'SB_STORE_UNAVAILABLE', status: 503 })

describe('start', () => {
  test('returns an access token, a refresh token and the session', async () => {
    const { sessions, events, now } = await setUp()
    const grant = await sessions.start({
      sub: 'user_1',
      claims: { scope: 'orders:read' },
      authTime: new Date(now().getTime() - 5000),
      acr: 'urn:example:mfa',
      amr: ['otp'],
      data: { device: 'phone' },
    })
    expect(grant).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.stringMatching(/^sbr_/),
      expiresIn: 900,
      refreshExpiresIn: 14 * 86_400,
      session: {
        id: expect.any(String),
        sub: 'user_1',
        startedAt: now(),
        renewedAt: now(),
        expiresAt: new Date(now().getTime() + 30 * 86_400_000),
        data: { device: 'phone' },
      },
    })
    expect(claimsOf(grant.accessToken)).toMatchObject({
      sub: 'user_1',
      sid: grant.session.id,
      scope: 'orders:read',
      auth_time: now().getTime() / 1000 - 5,
      acr: 'urn:example:mfa',
      amr: ['otp'],
    })
    expect(events).toEqual([{ type: 'started', sid: grant.session.id }])
  })

  test('the subject is in neither the refresh token nor the sid', async () => {
    const { sessions } = await setUp()
    const grant = await sessions.start({ sub: 'alice@example.com' })
    expect(grant.refreshToken).not.toContain('alice')
    expect(grant.session.id).not.toContain(Buffer.from('alice').toString('base64url').slice(0, 6))
  })

  test('no refresh token can be made from the stored data', async () => {
    const { sessions, store } = await setUp()
    const { refreshToken, session } = await sessions.start({ sub: 'user_1' })
    const [, familySecret = ''] = refreshToken.split('.')
    const stored = await store.list({ subject: session.id.slice(0, 22) })
    expect(stored).toHaveLength(1)
    expect(JSON.stringify(stored)).not.toContain(familySecret)
  })

  test('a login over the limit ends the session whose renewal is longest ago', async () => {
    const { sessions, events, pass, revocations } = await setUp({ maxSessionsPerSubject: 2 })
    const first = await sessions.start({ sub: 'user_1' })
    for (let i = 0; i < 2; i++) {
      pass(1)
      await sessions.start({ sub: 'user_1' })
    }
    expect(await sessions.list('user_1')).toHaveLength(2)
    expect(events).toContainEqual({ type: 'ended', sid: first.session.id, by: 'limit' })
    expect(revocations.isRevoked(claimsOf(first.accessToken))).toBe(true)
  })

  test.each(['sub', 'sid', 'cnf', 'acr', 'amr', 'auth_time', 'sb_gen'])(
    'claims may not have %s',
    async (name) => {
      const { sessions } = await setUp()
      await expect(sessions.start({ sub: 'a', claims: { [name]: 'x' } })).rejects.toMatchObject({
        code: 'SB_CLAIM_RESERVED',
        parameter: name,
      })
    },
  )

  test.each([
    {},
    { sub: '' },
    { sub: 1 },
    { sub: 'a', authTime: new Date(Number.NaN) },
    { sub: 'a', authTime: Number.POSITIVE_INFINITY },
    { sub: 'a', confirmation: {} },
    { sub: 'a', confirmation: { jkt: '' } },
    { sub: 'a', confirmation: { jkt: 'a', kid: 'b' } },
    { sub: 'a', data: 1n },
    { sub: 'a', device: 'phone' },
  ])('refuses %o', async (options) => {
    const { sessions } = await setUp()
    // @ts-expect-error: on purpose
    await expect(sessions.start(options)).rejects.toThrow(TypeError)
  })
})

describe('renew', () => {
  test('rotates', async () => {
    const { sessions, events, pass, now } = await setUp()
    const first = await sessions.start({ sub: 'user_1', claims: { scope: 'a' }, data: 1 })
    pass(600)
    const second = await sessions.renew(first.refreshToken)
    expect(second.refreshToken).toMatch(/^sbr_/)
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(second.session).toEqual({ ...first.session, renewedAt: now() })
    expect(claimsOf(second.accessToken)).toMatchObject({ sub: 'user_1', scope: 'a', sid: first.session.id })
    expect(claimsOf(second.accessToken).jti).not.toBe(claimsOf(first.accessToken).jti)
    expect(events.map(({ type }) => type)).toEqual(['started', 'renewed'])
  })

  test('of ten parallel requests all get an access token, and one the next refresh token', async () => {
    const { sessions, events } = await setUp()
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    const grants = await Promise.all(Array.from({ length: 10 }, () => sessions.renew(refreshToken)))
    const renewed = grants.filter((grant) => grant.refreshToken !== undefined)
    expect(renewed).toHaveLength(1)
    for (const grant of grants) expect(grant.accessToken).toMatch(/^ey/)
    expect(events.map(({ type }) => type).sort()).toEqual(
      ['started', 'renewed', ...Array<string>(9).fill('repeated')].sort(),
    )
    await expect(sessions.renew(renewed[0]?.refreshToken ?? '')).resolves.toHaveProperty('refreshToken')
  })

  test('of 1,000 parallel requests all get an access token, and one the next refresh token', async () => {
    const { sessions } = await setUp()
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    const grants = await Promise.all(Array.from({ length: 1000 }, () => sessions.renew(refreshToken)))
    expect(grants.filter((grant) => grant.refreshToken !== undefined)).toHaveLength(1)
    expect(await sessions.list('user_1')).toHaveLength(1)
  })

  test('a lost answer is replaced, and what was in it is theft from then on', async () => {
    const { sessions, events, pass } = await setUp()
    const first = await sessions.start({ sub: 'user_1' })
    const lost = await sessions.renew(first.refreshToken)
    pass(31)
    const again = await sessions.renew(first.refreshToken)
    expect(again.refreshToken).toBeDefined()
    await expect(sessions.renew(again.refreshToken ?? '')).resolves.toBeDefined()
    expect(events.map(({ type }) => type)).toEqual(['started', 'renewed', 'displaced', 'renewed'])
    await expect(sessions.renew(lost.refreshToken ?? '')).rejects.toEqual(refused)
  })

  test('a displaced refresh token ends the session', async () => {
    const { sessions, events, pass } = await setUp()
    const first = await sessions.start({ sub: 'user_1' })
    const lost = await sessions.renew(first.refreshToken)
    pass(31)
    const again = await sessions.renew(first.refreshToken)
    await expect(sessions.renew(lost.refreshToken ?? '')).rejects.toEqual(refused)
    expect(events.at(-1)).toEqual({ type: 'reuse', sid: first.session.id, kind: 'displaced', by: 'refresh' })
    await expect(sessions.renew(again.refreshToken ?? '')).rejects.toEqual(refused)
    expect(await sessions.list('user_1')).toEqual([])
  })

  test('a token that was exchanged long ago ends the session, and its access tokens', async () => {
    const { sessions, events, revocations, pass } = await setUp()
    const first = await sessions.start({ sub: 'user_1' })
    const second = await sessions.renew(first.refreshToken)
    const third = await sessions.renew(second.refreshToken ?? '')
    pass(60)
    await expect(sessions.renew(first.refreshToken)).rejects.toEqual(refused)
    expect(events.at(-1)).toEqual({ type: 'reuse', sid: first.session.id, kind: 'replayed', by: 'refresh' })
    for (const { accessToken } of [first, second, third]) {
      expect(revocations.isRevoked(claimsOf(accessToken))).toBe(true)
    }
  })

  test('a seen successor makes the previous token theft after the window', async () => {
    const { sessions, revocations, pass, events } = await setUp()
    const first = await sessions.start({ sub: 'user_1' })
    const second = await sessions.renew(first.refreshToken)
    expect(revocations.isRevoked(claimsOf(second.accessToken))).toBe(false)
    await expect(sessions.renew(first.refreshToken)).resolves.toBeDefined()
    pass(31)
    await expect(sessions.renew(first.refreshToken)).rejects.toEqual(refused)
    expect(events.at(-1)).toMatchObject({ type: 'reuse', kind: 'replayed' })
  })

  test('the use of a displaced access token ends the session', async () => {
    const { sessions, revocations, pass, events } = await setUp()
    const first = await sessions.start({ sub: 'user_1' })
    const lost = await sessions.renew(first.refreshToken)
    pass(31)
    await sessions.renew(first.refreshToken)
    expect(revocations.isRevoked(claimsOf(lost.accessToken))).toBe(false)
    await expect
      .poll(() => events.at(-1))
      .toEqual({
        type: 'reuse',
        sid: first.session.id,
        kind: 'displaced',
        by: 'access',
      })
    expect(revocations.isRevoked(claimsOf(lost.accessToken))).toBe(true)
    expect(await sessions.list('user_1')).toEqual([])
  })

  test.each([600, 61, 30, 29, 15, 2])(
    'a parallel request gets an access token until the session ends: %d s before',
    async (left) => {
      const { sessions, pass, now } = await setUp({ refreshTokens: { secret, lifetime: '1h', idle: '1h' } })
      const { refreshToken } = await sessions.start({ sub: 'user_1' })
      pass(3600 - left)
      const first = await sessions.renew(refreshToken)
      for (const later of [0, 0.5, left / 4]) {
        pass(later)
        const { accessToken, expiresIn } = await sessions.renew(refreshToken)
        const seconds = now().getTime() / 1000
        const { exp = 0 } = claimsOf(accessToken)
        expect(exp).toBeGreaterThan(seconds)
        expect(exp).toBeLessThanOrEqual(first.session.expiresAt.getTime() / 1000)
        expect(expiresIn).toBeLessThanOrEqual(first.expiresIn)
        pass(-later)
      }
      pass(left)
      await expect(sessions.renew(refreshToken)).rejects.toEqual(refused)
    },
  )

  test('without revocations the window repeats the same successor', async () => {
    const { sessions } = await setUp({ withoutRevocations: true })
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    const [one, two] = [await sessions.renew(refreshToken), await sessions.renew(refreshToken)]
    expect(one.refreshToken).toBeDefined()
    expect(two.refreshToken).toBe(one.refreshToken)
  })

  test("window: { answer: 'same' } repeats the same successor", async () => {
    const { sessions } = await setUp({
      refreshTokens: { secret, window: { length: '30s', answer: 'same' } },
    })
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    const [one, two] = [await sessions.renew(refreshToken), await sessions.renew(refreshToken)]
    expect(two.refreshToken).toBe(one.refreshToken)
  })

  test('the idle limit is moved by renewals, the absolute one is not', async () => {
    const { sessions, pass, events } = await setUp({
      refreshTokens: { secret, lifetime: '2h', idle: '1h' },
    })
    let grant = await sessions.start({ sub: 'user_1' })
    for (let i = 0; i < 2; i++) {
      pass(3599)
      const { refreshToken = '', ...rest } = await sessions.renew(grant.refreshToken)
      grant = { ...rest, refreshToken }
    }
    expect([grant.expiresIn, grant.refreshExpiresIn]).toEqual([2, 2])
    pass(2)
    await expect(sessions.renew(grant.refreshToken)).rejects.toEqual(refused)
    expect(events.at(-1)).toEqual({ type: 'refused', sid: grant.session.id, kind: 'unknown' })
  })

  test('a session ends at its idle limit', async () => {
    const { sessions, pass } = await setUp({ refreshTokens: { secret, idle: '1h' } })
    const [one, two] = [await sessions.start({ sub: 'a' }), await sessions.start({ sub: 'b' })]
    pass(3599)
    await expect(sessions.renew(one.refreshToken)).resolves.toBeDefined()
    pass(1)
    await expect(sessions.renew(two.refreshToken)).rejects.toEqual(refused)
  })

  test('survives a new secret in front, and ends with its own', async () => {
    const first = await setUp()
    const { refreshToken } = await first.sessions.start({ sub: 'user_1' })
    const renewing = async (secrets: readonly string[]) => {
      const { sessions } = await setUp({
        refreshTokens: { secret: secrets },
        store: () => first.store,
      })
      return sessions
    }
    const both = await renewing(['another secret of at least 32 bytes', secret])
    const { refreshToken: next = '' } = await both.renew(refreshToken)
    await both.start({ sub: 'user_1' })
    expect(await both.list('user_1')).toHaveLength(2)
    const alone = await renewing(['another secret of at least 32 bytes'])
    await expect(alone.renew(next)).resolves.toBeDefined()
    await expect(alone.renew(refreshToken)).rejects.toEqual(refused)
    expect(await both.endAll('user_1')).toBe(2)
  })
})

describe('a refresh token', () => {
  const changes: readonly { title: string; change(token: string): unknown; kind: string }[] = [
    { title: 'nothing', change: () => undefined, kind: 'malformed' },
    { title: 'empty text', change: () => '', kind: 'malformed' },
    { title: 'another prefix', change: (token) => token.replace('sbr_', 'sbx_'), kind: 'malformed' },
    { title: 'a space behind', change: (token) => `${token} `, kind: 'malformed' },
    { title: 'a part too many', change: (token) => `${token}.a`, kind: 'malformed' },
    { title: 'a megabyte', change: () => 'sbr_'.padEnd(1_000_000, 'a'), kind: 'malformed' },
    { title: 'the next generation', change: (token) => token.replace('.1.', '.2.'), kind: 'unauthentic' },
    { title: 'generation 0', change: (token) => token.replace('.1.', '.0.'), kind: 'malformed' },
    { title: 'generation 01', change: (token) => token.replace('.1.', '.01.'), kind: 'malformed' },
    {
      title: 'another session',
      change: (token) => `sbr_${'A'.repeat(44)}${token.slice(48)}`,
      kind: 'unauthentic',
    },
    {
      title: 'another MAC',
      change: (token) => token.slice(0, -43) + 'A'.repeat(43),
      kind: 'unauthentic',
    },
  ]

  test.each(changes)('with $title is refused without asking the store', async ({ change, kind }) => {
    let asked = 0
    const { sessions, events } = await setUp({
      store: (store) => ({
        rotate: async (presented) => {
          asked++
          return store.rotate(presented)
        },
      }),
    })
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    // @ts-expect-error: on purpose
    await expect(sessions.renew(change(refreshToken))).rejects.toEqual(refused)
    expect(events.at(-1)).toEqual({ type: 'refused', sid: undefined, kind })
    expect(asked).toBe(0)
    await expect(sessions.renew(refreshToken)).resolves.toBeDefined()
  })

  test('of a session that is gone is refused', async () => {
    const { sessions } = await setUp()
    const { refreshToken } = await (await setUp()).sessions.start({ sub: 'user_1' })
    await expect(sessions.renew(refreshToken)).rejects.toEqual(refused)
  })
})

describe('confirmation', () => {
  test('a bound session renews with the same token, for whoever proves it', async () => {
    const { sessions, events } = await setUp()
    const confirmation = { jkt: 'thumbprint' }
    const { refreshToken, accessToken } = await sessions.start({ sub: 'user_1', confirmation })
    expect(claimsOf(accessToken)).toMatchObject({ cnf: confirmation })
    for (const wrong of [undefined, { jkt: 'other' }, { 'x5t#S256': 'thumbprint' }]) {
      const options = wrong === undefined ? {} : { confirmation: wrong }
      await expect(sessions.renew(refreshToken, options)).rejects.toEqual(refused)
      expect(events.at(-1)).toMatchObject({ type: 'refused', kind: 'confirmation' })
    }
    const renewed = await sessions.renew(refreshToken, { confirmation })
    expect(renewed.refreshToken).toBe(refreshToken)
    expect(claimsOf(renewed.accessToken)).toMatchObject({ cnf: confirmation })
  })
})

describe('claims', () => {
  test('are requested at each renewal, and override those of the start', async () => {
    let scope = 'orders:read'
    const asked: unknown[] = []
    const { sessions } = await setUp({
      claims: async ({ sub, session }) => {
        asked.push([sub, session.data])
        return { scope }
      },
    })
    const first = await sessions.start({ sub: 'user_1', claims: { scope: 'x', tenant: 't' }, data: 'phone' })
    expect(claimsOf(first.accessToken)).toMatchObject({ scope: 'orders:read', tenant: 't' })
    scope = 'orders:write'
    const second = await sessions.renew(first.refreshToken)
    expect(claimsOf(second.accessToken)).toMatchObject({ scope: 'orders:write', tenant: 't' })
    await sessions.renew(first.refreshToken)
    expect(asked).toEqual(Array(3).fill(['user_1', 'phone']))
  })

  test('RFC 9700 §4.14.2: a renewal grants what the session was started with, whatever a client asks for', async () => {
    const { sessions } = await setUp()
    const { refreshToken, accessToken } = await sessions.start({
      sub: 'user_1',
      claims: { scope: 'orders:read' },
    })
    const granted = { ...claimsOf(accessToken) }
    for (const asked of [{ scope: 'admin' }, { audience: 'https://other.example' }, { claims: {} }]) {
      // What a caller without types could pass on from a form.
      const options = asked as object
      await expect(sessions.renew(refreshToken, options)).rejects.toThrow(/^renew: has no option/)
    }
    const renewed = await sessions.renew(refreshToken)
    const { iss, aud, sub, scope, sid } = granted
    expect(claimsOf(renewed.accessToken)).toMatchObject({ iss, aud, sub, scope, sid })
  })

  test('null ends the session', async () => {
    let isActive = true
    const { sessions, events, revocations } = await setUp({ claims: () => (isActive ? {} : null) })
    const { refreshToken, session, accessToken } = await sessions.start({ sub: 'user_1' })
    isActive = false
    await expect(sessions.renew(refreshToken)).rejects.toEqual(refused)
    expect(events.at(-1)).toEqual({ type: 'ended', sid: session.id, by: 'claims' })
    expect(revocations.isRevoked(claimsOf(accessToken))).toBe(true)
    isActive = true
    await expect(sessions.renew(refreshToken)).rejects.toEqual(refused)
    expect(await sessions.list('user_1')).toEqual([])
  })

  test('a failure is 503, and changes nothing', async () => {
    let fails = false
    const { sessions } = await setUp({
      claims: () => {
        if (fails) throw new Error('the database of user_1 is down')
        return {}
      },
    })
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    fails = true
    await expect(sessions.renew(refreshToken)).rejects.toMatchObject({
      code: 'SB_CLAIMS_UNAVAILABLE',
      status: 503,
      message: 'the claims of the session are unavailable',
    })
    fails = false
    await expect(sessions.renew(refreshToken)).resolves.toHaveProperty('refreshToken', expect.anything())
  })
})

describe('end', () => {
  test.each(['current', 'previous'] as const)('takes the %s refresh token', async (which) => {
    const { sessions, events, revocations } = await setUp()
    const previous = await sessions.start({ sub: 'user_1' })
    const current = await sessions.renew(previous.refreshToken)
    const refreshToken = { previous, current }[which].refreshToken ?? ''
    expect(await sessions.end({ refreshToken })).toBe(true)
    expect(await sessions.end({ refreshToken })).toBe(false)
    expect(events.at(-1)).toEqual({ type: 'ended', sid: previous.session.id, by: 'client' })
    expect(revocations.isRevoked(claimsOf(current.accessToken))).toBe(true)
    await expect(sessions.renew(current.refreshToken ?? '')).rejects.toEqual(refused)
  })

  test('takes a sid', async () => {
    const { sessions, events } = await setUp()
    const { session } = await sessions.start({ sub: 'user_1' })
    expect(await sessions.end({ sid: session.id })).toBe(true)
    expect(events.at(-1)).toEqual({ type: 'ended', sid: session.id, by: 'server' })
    expect(await sessions.end({ sid: session.id })).toBe(false)
    expect(await sessions.end({ sid: 'nonsense' })).toBe(false)
  })

  test('an invalid token ends nothing', async () => {
    const { sessions } = await setUp()
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    expect(await sessions.end({ refreshToken: `${refreshToken}x` })).toBe(false)
    expect(await sessions.list('user_1')).toHaveLength(1)
  })

  test.each([{}, { refreshToken: 'a', sid: 'b' }, { sub: 'user_1' }])('refuses %j', async (target) => {
    const { sessions } = await setUp()
    // @ts-expect-error: on purpose
    await expect(sessions.end(target)).rejects.toThrow(TypeError)
  })
})

describe('endAll', () => {
  test('ends every session of the subject, and a login in the same second works', async () => {
    const { sessions, events, revocations } = await setUp()
    const old = [await sessions.start({ sub: 'user_1' }), await sessions.start({ sub: 'user_1' })]
    const attacker = await sessions.start({ sub: 'user_2' })
    expect(await sessions.endAll('user_1')).toBe(2)
    const fresh = await sessions.start({ sub: 'user_1' })
    for (const { refreshToken, accessToken } of old) {
      await expect(sessions.renew(refreshToken)).rejects.toEqual(refused)
      expect(revocations.isRevoked(claimsOf(accessToken))).toBe(true)
    }
    for (const { refreshToken, accessToken } of [fresh, attacker]) {
      expect(revocations.isRevoked(claimsOf(accessToken))).toBe(false)
      await expect(sessions.renew(refreshToken)).resolves.toBeDefined()
    }
    expect(events.filter((event) => event.type === 'ended' && event.by === 'everywhere')).toHaveLength(2)
  })

  test('leaves one out', async () => {
    const { sessions, pass } = await setUp()
    await sessions.start({ sub: 'user_1' })
    pass(1)
    const kept = await sessions.start({ sub: 'user_1' })
    expect(await sessions.endAll('user_1', { except: kept.session.id })).toBe(1)
    expect(await sessions.list('user_1')).toEqual([kept.session])
  })

  test.each([{ exept: 'a' }, { except: 1 }, { except: '' }, { except: null }, null])(
    'refuses %j',
    async (options) => {
      const { sessions } = await setUp()
      const { session } = await sessions.start({ sub: 'user_1' })
      // What a caller without types could write.
      await expect(sessions.endAll('user_1', options as object)).rejects.toThrow(/^endAll: /)
      expect(await sessions.list('user_1')).toHaveLength(1)
      expect(await sessions.endAll('user_1', { except: session.id })).toBe(0)
    },
  )
})

describe('a store that fails', () => {
  const failing = () => {
    throw new Error('connection to 10.0.0.1 refused')
  }

  test.each(['create', 'rotate', 'end', 'endAll', 'list'] as const)('in %s is 503', async (operation) => {
    let fails = false
    const { sessions } = await setUp({
      store: (store) => ({
        // Each takes one argument, and the union of their types cannot be called.
        [operation]: async (input: never) => (fails ? failing() : store[operation](input)),
      }),
    })
    const { refreshToken } = await sessions.start({ sub: 'user_1' })
    fails = true
    const calls = {
      create: () => sessions.start({ sub: 'user_1' }),
      rotate: () => sessions.renew(refreshToken),
      end: () => sessions.end({ refreshToken }),
      endAll: () => sessions.endAll('user_1'),
      list: () => sessions.list('user_1'),
    }
    await expect(calls[operation]()).rejects.toEqual(unavailable)
    fails = false
    await expect(sessions.renew(refreshToken)).resolves.toBeDefined()
  })

  test('does not let a thief pass when the revocation is not taken', async () => {
    const { sessions, pass, store, revocations } = await setUp()
    const first = await sessions.start({ sub: 'user_1' })
    const second = await sessions.renew(first.refreshToken)
    await sessions.renew(second.refreshToken ?? '')
    pass(60)
    store.append = failing
    await expect(sessions.renew(first.refreshToken)).rejects.toEqual(refused)
    expect(await sessions.list('user_1')).toEqual([])
    expect(revocations.status().connected).toBe(false)
  })
})

test('a thrown error has its response, for frameworks', async () => {
  const { sessions } = await setUp()
  await expect(sessions.renew('sbr_')).rejects.toMatchObject({
    headers: { 'Cache-Control': 'no-store' },
    body: {
      error: 'invalid_grant',
      error_description: 'The refresh token is invalid, expired or was revoked',
    },
  })
})

test('events have neither the subject nor a token', async () => {
  const { sessions, events, pass } = await setUp()
  const first = await sessions.start({ sub: 'alice@example.com', data: 'phone of alice' })
  const second = await sessions.renew(first.refreshToken)
  pass(31)
  await sessions.renew(first.refreshToken)
  await sessions.renew(second.refreshToken ?? '').catch(() => undefined)
  const text = JSON.stringify(events)
  for (const part of ['alice', ...first.refreshToken.split('.').slice(1), first.accessToken]) {
    if (part.length > 2) expect(text).not.toContain(part)
  }
})
