import { parseArgs } from 'node:util'
import { readEnvironment } from './environment.js'
import { startExample } from './example.js'
import { curlLines } from './tour/curl-lines.js'
import { drawOutcomes } from './tour/draw-outcomes.js'
import { drawScenes } from './tour/draw-scenes.js'
import { drawServers } from './tour/draw-servers.js'
import { exitCodeFor } from './tour/outcome.js'
import { runTour } from './tour/run.js'
import { isAsExpected } from './tour/scene.js'
import { sections } from './tour/sections.js'

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })

const interrupted = new Promise<undefined>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(undefined))
})

const example = await startExample(readEnvironment(process.env))
console.log(`\nsealbearer: one policy, four frameworks\n\n${drawServers(example)}\n`)

const tour = takeTour()
const exitCode = await Promise.race([tour, interrupted])
process.exitCode = exitCode ?? 1
if (exitCode === undefined) {
  tour.catch(() => undefined) // The servers are closed below.
} else if (!values.once) {
  console.log(`The servers stay up until Ctrl-C. To continue:\n\n${curlLines(example)}\n`)
  await interrupted
}
await example.close()

/** Prints each part as it ends. @returns 0 if every outcome was the expected one. */
async function takeTour(): Promise<0 | 1> {
  const outcomes = await runTour(example)
  console.log(`${drawOutcomes(outcomes)}\n`)
  let exitCode = exitCodeFor(outcomes)
  for (const { title, play } of sections) {
    const scenes = await play(example)
    console.log(`${drawScenes(title, scenes)}\n`)
    if (!scenes.every(isAsExpected)) exitCode = 1
  }
  return exitCode
}
