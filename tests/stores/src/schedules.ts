import { generateKey, type Key } from '@sealbearer/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { runHonest, runTheft } from './run-schedule.js'
import { honestSchedules, rounds, thiefSchedules } from './schedule.js'
import type { Engine, StartedEngine } from './stores.js'
import { createWorld, type World } from './world.js'

/**
 * Describes the properties of sessions on some engines.
 *
 * @param numRuns How many schedules are tried on an engine.
 */
export function describeSchedules(engines: readonly Engine[], numRuns: (engine: Engine) => number): void {
  for (const engine of engines) {
    describe.skipIf(!engine.isInstalled)(`sessions on ${engine.title}`, () => {
      const options = { timeout: 1000 * numRuns(engine) + 60_000 }
      let key: Key
      let started: StartedEngine
      beforeAll(async () => {
        key = await generateKey('HS256')
        started = await engine.start()
      })
      afterAll(() => started?.stop())

      async function inWorld(run: (world: World) => Promise<void>): Promise<void> {
        const world = await createWorld(key, started.newWorld())
        try {
          await run(world)
        } finally {
          world.close()
        }
      }

      test('no schedule logs an honest client out, and the session has one record', options, async () => {
        await fc.assert(
          fc.asyncProperty(honestSchedules, (steps) => inWorld((world) => runHonest(world, steps))),
          { numRuns: numRuns(engine) },
        )
      })

      test('no schedule lets a thief live on beside the client', options, async () => {
        await fc.assert(
          fc.asyncProperty(thiefSchedules, rounds, (steps, end) =>
            inWorld((world) => runTheft(world, steps, end)),
          ),
          { numRuns: numRuns(engine) },
        )
      })
    })
  }
}
