import { createIssuer, createMemoryStore, generateKey, type Issuer, type Key } from '@sealbearer/core'
import type { SessionStore } from '@sealbearer/core/stores'
import { createRevocations, type Revocations } from '../revocations.js'
import type { SessionEvent } from '../session-event.js'
import type { SessionsOptions } from '../session-options.js'
import { createSessions, type Sessions } from '../sessions.js'

export const secret = 'a secret of this server, at least 32 bytes'

/** Sessions on a store in memory, with a clock that tests move. */
export interface Setup {
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly store: ReturnType<typeof createMemoryStore>
  readonly issuer: Issuer
  readonly events: readonly SessionEvent[]
  /** Lets time pass, in seconds. */
  pass(seconds: number): void
  readonly now: () => Date
}

export async function setUp(
  options: Partial<Omit<SessionsOptions, 'store'>> & {
    readonly store?: (store: SessionStore) => Partial<SessionStore>
    readonly withoutRevocations?: boolean
    /** @default 'https://auth.example.com' */
    readonly issuerName?: string
  } = {},
  key?: Key,
): Promise<Setup> {
  const { store: change, withoutRevocations = false, issuerName, ...rest } = options
  let time = 1_800_000_000_000
  const now = (): Date => new Date(time)
  const issuer = createIssuer({
    issuer: issuerName ?? 'https://auth.example.com',
    audience: 'https://api.example.com',
    lifetime: '15m',
    maxLifetime: '15m',
    typ: 'at+jwt',
    signature: { algorithm: 'HS256', keys: key ?? (await generateKey('HS256')) },
    now,
  })
  // A copy, which tests can change.
  const store = { ...createMemoryStore({ now }) }
  const revocations = createRevocations({ store, maxTokenLifetime: '15m', onStoreLost: 'refuse', now })
  const events: SessionEvent[] = []
  const sessions = createSessions({
    accessTokens: issuer,
    refreshTokens: { secret, lifetime: '30d', idle: '14d', window: '30s' },
    store: { ...store, ...change?.(store) },
    ...(!withoutRevocations && { revocations }),
    onEvent: (event) => events.push(event),
    now,
    ...rest,
  })
  await revocations.ready()
  return {
    ...{ sessions, revocations, store, issuer, events, now },
    pass(seconds) {
      time += seconds * 1000
    },
  }
}
