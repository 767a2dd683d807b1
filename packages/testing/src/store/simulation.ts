import { strictEqual } from 'node:assert'
import type { NewSession, RotationResult, SessionStore } from '@sealbearer/core/stores'
import { keyOf, newSession, tokenOf } from './family.js'

/** What a renewal was answered with. */
export interface Answer {
  /** The refresh token in it, by its generation. */
  readonly refresh: number | undefined
  /** The access token in it, likewise. */
  readonly access: number
  readonly askedAt: number
}

/** A server, its clock, and one session on it. */
export interface Simulation {
  readonly session: NewSession
  now(): number
  pass(milliseconds: number): void
  /** Presents a refresh token; `undefined` when the session is over. */
  renew(generation: number): Promise<Answer | undefined>
  /** Uses an access token; `false` when the session is over. */
  use(generation: number): Promise<boolean>
  /** How many records there are of the session. */
  records(): Promise<number>
  /** What has happened. */
  readonly trace: readonly string[]
}

export async function createSimulation(store: () => SessionStore): Promise<Simulation> {
  const session = newSession()
  await store().create(session)
  let { now } = session
  const trace: string[] = []
  const note = (step: string): void => void trace.push(`${(now - session.now) / 1000} s: ${step}`)

  return {
    session,
    trace,
    now: () => now,
    pass(milliseconds) {
      now += milliseconds
    },
    async renew(generation) {
      const result = await store().rotate(tokenOf(session, generation, now))
      note(`renew ${generation}: ${result.outcome}`)
      return answerOf(result, generation, now)
    },
    async use(generation) {
      const { outcome } = await store().markSeen({ ...keyOf(session), generation, now })
      note(`use ${generation}: ${outcome}`)
      return outcome === 'seen' || outcome === 'ignored'
    },
    async records() {
      const records = await store().list({ subject: session.subject, now })
      for (const { sid } of records) strictEqual(sid, session.sid)
      return records.length
    },
  }
}

function answerOf(result: RotationResult, generation: number, askedAt: number): Answer | undefined {
  if (result.outcome === 'refused' || result.outcome === 'reuse') return undefined
  const { current } = result.record
  return result.outcome === 'repeated'
    ? { refresh: undefined, access: generation, askedAt }
    : { refresh: current, access: current, askedAt }
}
