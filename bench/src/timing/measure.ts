import { randomBytes } from 'node:crypto'
import type { Prepared } from './timing-pair.js'
import type { Times } from './welch.js'

/** Tokens that are made at once. Each is used once, so that nothing depends on where one lies in memory. */
const batch = 256

async function isAccepted(attempt: Prepared['attempt'], token: string): Promise<boolean> {
  try {
    await attempt(token)
    return true
  } catch {
    return false
  }
}

/**
 * Times both classes in one loop, each round one of them by chance, so that whatever else the machine does
 * meets both alike.
 *
 * @throws {Error} where a token is accepted: only failures are compared here.
 */
export async function measurePair({ attempt, one, other }: Prepared, rounds: number): Promise<Times> {
  const times = { ones: [] as number[], others: [] as number[] }
  const warmUp = batch * Math.ceil(Math.min(5000, rounds / 4) / batch)
  for (let round = -warmUp; round < rounds; round += batch) {
    const classes = Array.from(randomBytes(batch), (byte) => (byte & 1) === 1)
    const tokens = classes.map((isOne) => (isOne ? one() : other()))
    for (const [i, token] of tokens.entries()) {
      const start = performance.now()
      const accepted = await isAccepted(attempt, token)
      const microseconds = (performance.now() - start) * 1000
      if (accepted) throw new Error('a token that has to fail was accepted')
      if (round >= 0) times[classes[i] ? 'ones' : 'others'].push(microseconds)
    }
  }
  return times
}
