import { ok, strictEqual } from 'node:assert'
import { type Client, createClient, createThief, type Thief } from './client.js'
import type { Round, Step } from './schedule.js'
import { type World, windowLength } from './world.js'

const hour = 3_600_000

/** @returns whether the client is still logged in. */
async function take(step: Step, world: World, client: Client, thief: Thief): Promise<boolean> {
  switch (step.do) {
    case 'renew':
      return client.renew(step.requests)
    case 'use':
      return client.use(step.process)
    case 'receive':
      client.receive()
      return true
    case 'pass':
      world.pass(step.milliseconds)
      return true
    case 'jump':
      // A client that waits for an answer would take the jump for a late one.
      client.forget()
      world.pass(step.hours * hour)
      return true
    case 'restart':
      await world.restart(step.process)
      return true
    case 'steal':
      thief.steal(client.refresh)
      return true
    case 'thief':
      await thief.act(step.token, step.process, step.uses)
      return true
  }
}

const story = (world: World): string => world.trace.join(', ')

/**
 * Runs a schedule without a thief.
 *
 * @throws {AssertionError} when the client is logged out, or the session has not exactly one record.
 */
export async function runHonest(world: World, steps: readonly Step[]): Promise<void> {
  const client = createClient(world)
  const thief = createThief(world)
  for (const step of steps) {
    ok(await take(step, world, client, thief), `the client was logged out: ${story(world)}`)
    strictEqual(await world.records(), 1, `not one record: ${story(world)}`)
  }
}

/**
 * Runs a schedule with a thief, and then some rounds that are each longer than the window, in which the client renews
 * and the thief acts before it, after it, or both.
 *
 * @throws {AssertionError} when both have gone on in three rounds, or the session has more than one record.
 */
export async function runTheft(
  world: World,
  steps: readonly Step[],
  rounds: readonly Round[],
): Promise<void> {
  const client = createClient(world)
  const thief = createThief(world)
  thief.steal(client.refresh)
  for (const step of steps) {
    await take(step, world, client, thief)
    ok((await world.records()) <= 1, `more than one record: ${story(world)}`)
  }
  client.forget()

  let shared = 0
  for (const { order, token, requests } of rounds) {
    world.pass(windowLength + 1000)
    const before = order !== 'after' && (await thief.act(token, 0, true))
    const request = { process: 0, crash: undefined, answer: 'arrives' } as const
    if (!(await client.renew(Array.from({ length: requests }, () => request))) || !(await client.use(1)))
      return
    const after = order !== 'before' && (await thief.act(token, 1, true))
    if (before || after) shared++
    ok((await world.records()) <= 1, `more than one record: ${story(world)}`)
    ok(shared < 3 || !(await client.use(0)), `both have gone on: ${story(world)}`)
  }
}
