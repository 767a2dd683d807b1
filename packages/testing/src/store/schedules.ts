import { ok, strictEqual } from 'node:assert'
import type { SessionStore } from '@sealbearer/core/stores'
import { hour, minute, second, window } from './family.js'
import { type Answer, createSimulation, type Simulation } from './simulation.js'

/** Returns the store, or the next of several handles to the same data. */
export type NextStore = () => SessionStore

const passes = [0, second, window - second, window + second, 10 * minute]
const jumps = [hour, -hour]

/** A client that sends requests in parallel, and gets some answers late and some never. */
interface Client {
  readonly refresh: number
  /** Renews with several requests at once. The bits of `fates` are which answers get lost, and which are late. */
  renew(requests: number, fates: number): Promise<boolean>
  /** Uses the newest access token that it has. */
  use(): Promise<boolean>
  /** Gets the late answers. What is later than the window, it no longer waits for. */
  receive(): void
  /** Forgets what it waits for. */
  restart(): void
}

function createClient(simulation: Simulation): Client {
  let refresh = 1
  let access = 1
  let late: Answer[] = []

  function take(answer: Answer): void {
    refresh = answer.refresh ?? refresh
    access = answer.access
  }

  return {
    get refresh() {
      return refresh
    },
    async renew(requests, fates) {
      const presented = refresh
      const answers = await Promise.all(Array.from({ length: requests }, () => simulation.renew(presented)))
      for (const [i, answer] of answers.entries()) {
        if (!answer) return false
        const fate = (fates >> (2 * i)) & 3
        if (fate === 2) late.push(answer)
        else if (fate !== 3) take(answer)
      }
      return true
    },
    use: () => simulation.use(access),
    receive() {
      for (const answer of late) if (simulation.now() - answer.askedAt <= window) take(answer)
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

/** Lets time pass, a client act, or the clock jump, as a number says. @returns whether the client is still logged in. */
async function step(simulation: Simulation, client: Client, number: number): Promise<boolean> {
  const choose = choices(number)
  const kind = choose(8)
  if (kind < 3) return client.renew(1 + choose(4), choose(256))
  if (kind < 5) return client.use()
  if (kind === 5) client.receive()
  else if (kind === 6) {
    simulation.pass(passes[choose(passes.length)] ?? 0)
  } else {
    // A client that waits for an answer would treat the jump as a late answer.
    client.restart()
    simulation.pass(jumps[choose(jumps.length)] ?? 0)
  }
  return true
}

/**
 * Runs a schedule without a thief: parallel renewals, answers that are lost, or late by up to the window, and jumps of
 * the clock by an hour both ways. A crash of the server between two steps is a lost answer.
 *
 * @param numbers One for each step, such as `fc.array(fc.nat())` makes.
 * @throws {AssertionError} when the client is logged out, or the session has not exactly one record.
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
 * Someone with copies of tokens. What it gets for an old one it uses at once: a thief who only ever throws that away, and
 * comes first after each window, keeps access until the session's lifetime ends.
 */
interface Thief {
  steal(refresh: number): void
  /** Tries one of its tokens, as a number says. @returns whether it got a new access token and used one. */
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
      const answer = await simulation.renew(token)
      if (!answer) return false
      if (answer.refresh !== undefined) refresh.push(answer.refresh)
      return (answer.refresh !== undefined || choose(4) !== 0) && simulation.use(answer.access)
    },
  }
}

const rounds = 5

/**
 * Runs a schedule in which a thief copies the client's refresh token and tries what it has at any time. Then come some
 * rounds, each longer than the window, in which the client renews and the thief acts before it, after it, or both.
 *
 * @param numbers One for each step, such as `fc.array(fc.nat())` makes.
 * @throws {AssertionError} when both have gone on in three rounds, or the session has more than one record.
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
    ok(shared < 3 || !(await client.use()), `both have gone on: ${simulation.trace.join(', ')}`)
  }
}
