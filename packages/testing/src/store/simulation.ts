import { strictEqual } from 'node:assert'
import type { NewSession, RotationResult, SessionStore } from '@sealbearer/core/stores'
import { keyOf, newSession, tokenOf } from './family.js'

/** The tokens in the response to a renewal. */
export interface SimulatedGrant {
  /** The generation of the refresh token. */
  readonly refresh: number | undefined
  /** The generation of the access token. */
  readonly access: number
  readonly askedAt: number
}

/** A server with a clock and one session. */
export interface Simulation {
  readonly session: NewSession
  now(): number
  pass(milliseconds: number): void
  /** Presents a refresh token. @returns `undefined` if the session has ended. */
  renew(generation: number): Promise<SimulatedGrant | undefined>
  /** Uses an access token. @returns `false` if the session has ended. */
  use(generation: number): Promise<boolean>
  /** The number of records of the session. */
  records(): Promise<number>
  /** The steps so far. */
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
      return renewedOf(result, generation, now)
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

function renewedOf(result: RotationResult, generation: number, askedAt: number): SimulatedGrant | undefined {
  if (result.outcome === 'refused' || result.outcome === 'reuse') return undefined
  const { current } = result.record
  return result.outcome === 'repeated'
    ? { refresh: undefined, access: generation, askedAt }
    : { refresh: current, access: current, askedAt }
}
