import { type Authenticator, createAuthenticator, createVerifier, listenTo } from '@sealbearer/core'
import { createGuard } from '@sealbearer/core/adapter'
import { verifierOptions } from '../contenders/sealbearer.js'
import { claimsOf, subjectOf } from '../material/claims.js'
import { signedToken } from '../material/sign.js'
import { signatureKey } from '../material/signature-key.js'
import { median } from '../measure/statistics.js'

/** What a decision about a remembered token takes, by who listens. */
interface ListenerFigure {
  readonly title: string
  /** Microseconds of CPU. */
  readonly decision: number
  /** Microseconds more than with nobody listening, in the median of the rounds. */
  readonly more: number
}

const rounds = 15

/** Measures in turn, so that a busy moment meets all. @param count Decisions of one round. */
export async function listenerFigures(count: number): Promise<readonly ListenerFigure[]> {
  const key = signatureKey('HS256')
  const token = signedToken(claimsOf(subjectOf(1)), key)
  const verifier = createVerifier(await verifierOptions(key, undefined, 'default'))
  let told = 0
  const listener = (): void => {
    told++
  }
  const alone = deciderOf(createAuthenticator({ verifier }), token)
  const twin = deciderOf(createAuthenticator({ verifier }), token)
  const own = deciderOf(createAuthenticator({ verifier, onDecision: listener }), token)
  const onChannel = (decide: () => void) => {
    const stop = listenTo('sealbearer:decision', listener)
    const taken = cpuOf(decide, count)
    stop()
    return taken
  }
  const ways: readonly (readonly [title: string, measure: () => number])[] = [
    ['nobody listens', () => cpuOf(alone, count)],
    ['nobody listens, measured once more', () => cpuOf(twin, count)],
    ['`onDecision`', () => cpuOf(own, count)],
    ['a listener of the channel', () => onChannel(alone)],
  ]
  for (const [, measure] of ways) measure()
  const taken = ways.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, [, measure]] of ways.entries()) taken[index]?.push(measure())
  }
  if (told < count) throw new Error('the listeners were not called')
  const [first = []] = taken
  return ways.map(([title], index) => {
    const own = taken[index] ?? []
    return { title, decision: median(own), more: median(own.map((value, at) => value - (first[at] ?? 0))) }
  })
}

/** A guard with a request that it accepts. */
function deciderOf(authenticator: Authenticator, token: string): () => void {
  const guard = createGuard(authenticator)
  const authorization = [`Bearer ${token}`]
  const request = {
    method: 'GET',
    target: '/',
    secure: true,
    remoteAddress: '127.0.0.1',
    header: (name: string): readonly string[] => (name === 'authorization' ? authorization : []),
  }
  return () => {
    guard(request, {})
  }
}

/** Microseconds of CPU for each call. */
function cpuOf(decide: () => void, count: number): number {
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) decide()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}
