import { ok, strictEqual } from 'node:assert'
import type { SessionStore } from '@sealbearer/core/stores'
import { hour, minute, second, window } from './family.js'
import { createSimulation, type SimulatedGrant, type Simulation } from './simulation.js'

/** Returns the store, or the next of several handles to the same data. */
export type NextStore = () => SessionStore

const passes = [0, second, window - second, window + second, 10 * minute]
const jumps = [hour, -hour]

/** A client that sends parallel requests; some responses are late, and some are lost. */
interface Client {
  readonly refresh: number
  /** Renews with several parallel requests. The bits of `fates` determine which responses are lost, and which are late. */
  renew(requests: number, fates: number): Promise<boolean>
  /** Uses its newest access token. */
  use(): Promise<boolean>
  /** Receives the late responses, except those that are later than the window. */
  receive(): void
  /** Stops waiting for responses. */
  restart(): void
}

function createClient(simulation: Simulation): Client {
  let refresh = 1
  let access = 1
  let late: SimulatedGrant[] = []

  function accept(renewed: SimulatedGrant): void {
    refresh = renewed.refresh ?? refresh
    access = renewed.access
  }

  return {
    get refresh() {
      return refresh
    },
    async renew(requests, fates) {
      const presented = refresh
      const responses = await Promise.all(Array.from({ length: requests }, () => simulation.renew(presented)))
      for (const [i, renewed] of responses.entries()) {
        if (!renewed) return false
        const fate = (fates >> (2 * i)) & 3
        if (fate === 2) late.push(renewed)
        else if (fate !== 3) accept(renewed)
      }
      return true
    },
    use: () => simulation.use(access),
    receive() {
      for (const renewed of late) if (simulation.now() - renewed.askedAt <= window) accept(renewed)
      late = []
    },
    restart() {
      late = []
    },
  }
}

/** Splits one number into choices. */
function choices(number: number): (end: number) => number {
  let rest = number
  return (end) => {
    const choice = rest % end
    rest = Math.floor(rest / end)
    return choice
  }
}

/** Performs one step, chosen by a number: time, a client's action, or a clock change. @returns whether the client is still logged in. */
async function step(simulation: Simulation, client: Client, number: number): Promise<boolean> {
  const choose = choices(number)
  const kind = choose(8)
  if (kind < 3) return client.renew(1 + choose(4), choose(256))
  if (kind < 5) return client.use()
  if (kind === 5) client.receive()
  else if (kind === 6) {
    simulation.pass(passes[choose(passes.length)] ?? 0)
  } else {
    // A waiting client would treat the change as a late response.
    client.restart()
    simulation.pass(jumps[choose(jumps.length)] ?? 0)
  }
  return true
}

/**
 * Runs a schedule without a thief: parallel renewals, responses that are lost, or late by up to the window, and clock
 * changes by an hour in both directions. A crash of the server between two steps is a lost response.
 *
 * @param numbers One for each step, such as those of `fc.array(fc.nat())`.
 * @throws {AssertionError} if the client is logged out, or the session does not have exactly one record.
 */
export async function runHonestSchedule(store: NextStore, numbers: readonly number[]): Promise<void> {
  const simulation = await createSimulation(store)
  const client = createClient(simulation)
  for (const number of numbers) {
    const isLoggedIn = await step(simulation, client, number)
    ok(isLoggedIn, `the client was logged out: ${simulation.trace.join(', ')}`)
    strictEqual(await simulation.records(), 1, `not one record: ${simulation.trace.join(', ')}`)
  }
}

/**
 * A thief with copies of tokens, who mostly uses the access tokens that they yield. One who never used those of old tokens,
 * and was first after each window, would keep access until the session's lifetime ends.
 */
interface Thief {
  steal(refresh: number): void
  /** Tries one of its tokens, chosen by a number. @returns whether it received and used a new access token. */
  act(number: number): Promise<boolean>
}

function createThief(simulation: Simulation): Thief {
  const refresh: number[] = []
  return {
    steal: (token) => void refresh.push(token),
    async act(number) {
      const choose = choices(number)
      const token = refresh[choose(refresh.length || 1)]
      if (token === undefined) return false
      const renewed = await simulation.renew(token)
      if (!renewed) return false
      if (renewed.refresh !== undefined) refresh.push(renewed.refresh)
      return (renewed.refresh !== undefined || choose(4) !== 0) && simulation.use(renewed.access)
    },
  }
}

const rounds = 5

/**
 * Runs a schedule in which a thief copies the client's refresh token and tries its tokens at any time. Some rounds follow,
 * each longer than the window, in which the client renews and the thief acts before it, after it, or both.
 *
 * @param numbers One for each step, such as those of `fc.array(fc.nat())`.
 * @throws {AssertionError} if both keep access in three rounds, or the session has more than one record.
 */
export async function runThiefSchedule(store: NextStore, numbers: readonly number[]): Promise<void> {
  const simulation = await createSimulation(store)
  const client = createClient(simulation)
  const thief = createThief(simulation)
  const theft = (numbers[0] ?? 0) % (numbers.length || 1)

  for (const [i, number] of numbers.entries()) {
    if (i === theft) thief.steal(client.refresh)
    if (i > theft && number % 5 === 0) await thief.act(Math.floor(number / 5))
    else await step(simulation, client, number)
    ok((await simulation.records()) <= 1)
  }
  client.restart()

  let shared = 0
  for (let round = 0; round < rounds; round++) {
    const choose = choices(numbers[round] ?? 0)
    const order = choose(3)
    simulation.pass(window + second)
    const before = order !== 0 && (await thief.act(choose(1000)))
    const isAlive = (await client.renew(1 + choose(3), 0)) && (await client.use())
    if (!isAlive) return
    const after = order !== 1 && (await thief.act(choose(1000)))
    if (before || after) shared++
    ok((await simulation.records()) <= 1)
    ok(shared < 3 || !(await client.use()), `both keep access: ${simulation.trace.join(', ')}`)
  }
}
