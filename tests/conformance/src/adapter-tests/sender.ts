import { type Authenticator, createAuthenticator, type SealbearerError } from '@sealbearer/core'
import { describe, expect, test } from 'vitest'
import type { Client } from './client.js'
import { staff, users } from './parties.js'

/** A route, and what its handler does with the request. */
export interface SenderRoute {
  /** Those of its guards, from the first to the last. */
  readonly authenticators: readonly Authenticator[]
  readonly optional?: boolean
  readonly logger?: { info(fields: object, message: string): void }
  /** Refuses the request from inside the handler, where it is there; else the handler answers with who sent it. */
  readonly refusal?: SealbearerError
}

/** Makes an app whose one route is `/`. Its handler answers with `describeSender(() => getAuth(request))`. */
export type SenderApp<App> = (route: SenderRoute) => App | Promise<App>

/** What a handler answers: who sends the request, or what `getAuth` throws. */
export function describeSender(getAuth: () => { readonly claims: { readonly sub?: unknown } }): string {
  try {
    return String(getAuth().claims.sub)
  } catch (error) {
    return String(error)
  }
}

const { authenticator } = users

/** A second authenticator for the same tokens. */
const alike = createAuthenticator({ verifier: users.verifier })

/** `getAuth(request)` without an authenticator, whichever framework it is in. */
export function testSender<App>({ send }: Client<App>, app: SenderApp<App>): void {
  describe('getAuth alone', () => {
    test.each<{ title: string; route: SenderRoute; says: RegExp | string }>([
      {
        title: 'returns who was let through',
        route: { authenticators: [authenticator] },
        says: 'user of users',
      },
      {
        title: 'returns it behind an optional guard',
        route: { authenticators: [authenticator], optional: true },
        says: 'user of users',
      },
      {
        title: 'returns it behind two guards of one authenticator',
        route: { authenticators: [authenticator, authenticator] },
        says: 'user of users',
      },
      {
        title: 'says that no guard ran',
        route: { authenticators: [] },
        says: /^TypeError: getAuth: no guard ran on this route/,
      },
      {
        title: 'asks which of two authenticators is meant',
        route: { authenticators: [authenticator, alike] },
        says: /^TypeError: getAuth: guards of several authenticators ran .* name one/,
      },
    ])('$title', async ({ route, says }) => {
      const headers = { authorization: await users.authorization() }
      expect((await send(await app(route), '/', headers)).text).toMatch(says)
    })

    test('says so behind an optional guard without credentials', async () => {
      const opened = await app({ authenticators: [authenticator], optional: true })
      expect((await send(opened, '/')).text).toMatch(
        /^TypeError: getAuth: no guard ran .* or an optional one/,
      )
    })

    test('takes nobody from Object.prototype', async () => {
      const polluted = await app({ authenticators: [] })
      const guarded = await app({ authenticators: [authenticator] })
      const optional = await app({ authenticators: [authenticator], optional: true })
      Object.defineProperty(Object.prototype, 'auth', {
        value: { claims: { sub: 'root' } },
        configurable: true,
        writable: true,
      })
      try {
        const headers = { authorization: await users.authorization() }
        expect((await send(polluted, '/', headers)).text).toMatch(/no guard ran/)
        expect((await send(guarded, '/')).status).toBe(401)
        expect((await send(guarded, '/', headers)).text).toBe('user of users')
        expect((await send(optional, '/')).text).toMatch(/no guard ran/)
      } finally {
        Reflect.deleteProperty(Object.prototype, 'auth')
      }
    })
  })
}

/** A request with so many header lines that Node drops some: a second credential, or what a proxy has added. */
export function testManyHeaders<App>({ send }: Client<App>, app: SenderApp<App>): void {
  test.each([
    { lines: 900, status: 200 },
    { lines: 1_100, status: 400 },
  ])('with $lines header lines is answered with $status', async ({ lines, status }) => {
    const many = Object.fromEntries(Array.from({ length: lines }, (_, i) => [`x${i}`, '']))
    const headers = { authorization: await users.authorization(), ...many }
    expect((await send(await app({ authenticators: [authenticator] }), '/', headers)).status).toBe(status)
  })
}

/** What becomes of a refusal from a handler, by the framework's own error handling and without a handler for it. */
export function testRefusingHandler<App>({ send }: Client<App>, app: SenderApp<App>): void {
  test.each([
    { code: 'SB_SCOPE_INSUFFICIENT', requirement: { scope: 'orders:cancel' }, status: 403 },
    { code: 'SB_TOKEN_REVOKED', requirement: {}, status: 401 },
    { code: 'SB_STORE_UNAVAILABLE', requirement: {}, status: 503 },
  ] as const)('a handler refuses with $code: status and challenge are right', async (row) => {
    const refusal = authenticator.refuse(row.code, row.requirement)
    const refusing = await app({ authenticators: [authenticator], refusal })
    const answer = await send(refusing, '/', { authorization: await users.authorization() })
    expect(answer.status).toBe(row.status)
    expect(answer.headers['www-authenticate']).toBe(refusal.headers?.['WWW-Authenticate'])
    expect(answer.headers['retry-after']).toBe(refusal.headers?.['Retry-After'])
    expect(answer.headers['cache-control']).toBe('no-store')
  })
}

/** The option `logger`, for frameworks that bring none. */
export function testLogger<App>({ send, statusOf }: Client<App>, app: SenderApp<App>): void {
  test('logger gets a line for each refused request, and nothing of the token', async () => {
    const lines: unknown[] = []
    const logger = { info: (...line: unknown[]) => lines.push(line) }
    const logged = await app({ authenticators: [authenticator], logger })
    expect(await statusOf(logged, '/', { authorization: await users.authorization() })).toBe(200)
    expect(lines).toEqual([])
    expect(await statusOf(logged, '/', { authorization: await staff.authorization() })).toBe(401)
    expect(await statusOf(logged, '/')).toBe(401)
    expect(lines).toEqual([
      [{ code: 'SB_ISSUER_MISMATCH', parameter: undefined }, 'request refused'],
      [{ code: 'SB_CREDENTIALS_MISSING', parameter: undefined }, 'request refused'],
    ])
  })

  test('a logger that throws disturbs no answer', async () => {
    const logger = {
      info() {
        throw new Error('the disk is full')
      },
    }
    const answer = await send(await app({ authenticators: [authenticator], logger }), '/')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="users"'])
  })
}

/** A guard that throws, a handler that may refuse, and a handler for what both throw. */
export interface ThrowingRoute {
  readonly guardLogger: SenderRoute['logger']
  readonly logger: SenderRoute['logger']
  readonly refusal: Error | undefined
}

/** The logger of a handler for refusals. */
export function testRefusalLogger<App>(
  { send }: Client<App>,
  app: (route: ThrowingRoute) => App | Promise<App>,
): void {
  // An application can create it once.
  const refusal = authenticator.refuse('SB_ROLE_INSUFFICIENT')
  test.each<{ title: string; guardLogs: boolean; refusal?: Error; token: boolean; code: string | undefined }>(
    [
      {
        title: 'what a guard refuses and logs',
        guardLogs: true,
        token: false,
        code: 'SB_CREDENTIALS_MISSING',
      },
      {
        title: 'what a guard refuses without a logger',
        guardLogs: false,
        token: false,
        code: 'SB_CREDENTIALS_MISSING',
      },
      {
        title: 'what a handler refuses',
        guardLogs: true,
        refusal,
        token: true,
        code: 'SB_ROLE_INSUFFICIENT',
      },
      {
        title: 'nothing of other errors',
        guardLogs: true,
        refusal: new Error('x'),
        token: true,
        code: undefined,
      },
      { title: 'nothing of accepted requests', guardLogs: true, token: true, code: undefined },
    ],
  )('logs for each request, and once: $title', async ({ guardLogs, token, code, ...row }) => {
    const codes: unknown[] = []
    const logger = { info: (fields: { readonly code?: unknown }) => void codes.push(fields.code) }
    const guardLogger = guardLogs ? logger : undefined
    const logged = await app({ refusal: row.refusal, logger, guardLogger })
    const headers: Record<string, string> = token ? { authorization: await users.authorization() } : {}
    for (const expected of code === undefined ? [[]] : [[code], [code, code]]) {
      await send(logged, '/', headers)
      expect(codes).toEqual(expected)
    }
  })
}
