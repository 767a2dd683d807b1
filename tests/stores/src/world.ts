import { createIssuer, createVerifier, isSealbearerError, type Key, type Verifier } from '@sealbearer/core'
import {
  createRevocations,
  createSessions,
  type RenewedGrant,
  type Revocations,
  type Sessions,
} from '@sealbearer/sessions'
import { type Crash, type CrashingStore, createCrashingStore, type Store } from './crashing-store.js'

/** Opens a store as one process does, with a clock that schedules move. */
type OpenStore = (now: () => Date) => Store

/** Tokens as a client has them. */
export interface Tokens {
  readonly refresh: string
  readonly access: string
}

/** What became of a request: an answer, a refusal, or nothing that a client could rely on. */
export type Result = RenewedGrant | 'refused' | 'no answer'

interface Process {
  readonly crashing: CrashingStore
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly verifier: Verifier
}

/** Some processes that share a store and a clock, and one session of one user. */
export interface World {
  readonly tokens: Tokens
  readonly processes: number
  now(): number
  pass(milliseconds: number): void
  /** Presents a refresh token to a process, which may die at it. */
  renew(process: number, refresh: string, crash?: Crash): Promise<Result>
  /** Uses an access token at a process. */
  use(process: number, access: string): Promise<'accepted' | 'not valid now' | 'refused'>
  restart(process: number): Promise<void>
  /** How many records there are of the session. */
  records(): Promise<number>
  /** What has happened. */
  readonly trace: readonly string[]
  close(): void
}

export const windowLength = 30_000

const issuedFor = { issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' }
const secret = 'a secret of this server, at least 32 bytes'
const sub = 'user_123'

export async function createWorld(key: Key, open: OpenStore, processes = 2): Promise<World> {
  const start = 1_800_000_000_000
  let time = start
  const now = (): Date => new Date(time)
  const user = `${sub}-${crypto.randomUUID()}`
  const trace: string[] = []
  const note = (step: string): void => void trace.push(`${(time - start) / 1000} s: ${step}`)
  const running = await Promise.all(Array.from({ length: processes }, () => startProcess(key, open, now)))

  const at = (index: number): Process => {
    const process = running[index]
    if (process === undefined) throw new Error('there is no such process')
    return process
  }

  async function restart(index: number): Promise<void> {
    const { crashing, revocations } = at(index)
    await crashing.settled()
    revocations.close()
    running[index] = await startProcess(key, open, now)
  }

  const first = await at(0).sessions.start({ sub: user })
  return {
    tokens: { refresh: first.refreshToken, access: first.accessToken },
    processes,
    trace,
    now: () => time,
    pass(milliseconds) {
      time += milliseconds
    },
    async renew(index, refresh, crash) {
      const { crashing, sessions } = at(index)
      crashing.crash(crash)
      const result = await resultOf(sessions.renew(refresh))
      note(
        `renew at ${index}: ${typeof result === 'string' ? result : result.refreshToken ? 'tokens' : 'access token'}`,
      )
      if (crash !== undefined) await restart(index)
      return result
    },
    async use(index, access) {
      const { crashing, verifier } = at(index)
      const result = await verifier.verify(access).then(() => 'accepted' as const, refusalOf)
      await crashing.settled()
      note(`use at ${index}: ${result}`)
      return result
    },
    restart,
    records: async () => (await at(0).sessions.list(user)).length,
    close() {
      for (const { revocations } of running) revocations.close()
    },
  }
}

async function startProcess(key: Key, open: OpenStore, now: () => Date): Promise<Process> {
  const crashing = createCrashingStore(open(now))
  const { store } = crashing
  const signature = { algorithm: 'HS256', keys: key } as const
  const issuer = createIssuer({ ...issuedFor, lifetime: '15m', maxLifetime: '15m', signature, now })
  const revocations = createRevocations({
    store,
    maxTokenLifetime: '15m',
    onStoreLost: { acceptFor: '5m' },
    now,
  })
  await revocations.ready()
  const sessions = createSessions({
    accessTokens: issuer,
    refreshTokens: { secret, lifetime: '30d', idle: '14d', window: '30s' },
    ...{ store, revocations, now },
    // A step of its own before the record changes.
    claims: async () => ({ scope: 'orders:read' }),
  })
  const verifier = createVerifier({
    ...issuedFor,
    signature: { algorithms: ['HS256'], keys: key },
    revocations,
    now,
  })
  return { crashing, sessions, revocations, verifier }
}

const codeOf = (error: unknown): string => (isSealbearerError(error) ? error.code : '')

async function resultOf(renewal: Promise<RenewedGrant>): Promise<Result> {
  try {
    return await renewal
  } catch (error) {
    if (codeOf(error) === 'SB_REFRESH_REFUSED') return 'refused'
    if (codeOf(error) === 'SB_STORE_UNAVAILABLE') return 'no answer'
    throw error
  }
}

function refusalOf(error: unknown): 'not valid now' | 'refused' {
  if (codeOf(error) === 'SB_TOKEN_REVOKED') return 'refused'
  // By a clock that was set: a client renews then.
  if (['SB_TOKEN_EXPIRED', 'SB_TOKEN_NOT_YET_VALID'].includes(codeOf(error))) return 'not valid now'
  throw error
}
