import { parseArgs } from 'node:util'
import { readEnvironment } from './environment.js'
import { startExample } from './example.js'
import { curlLines } from './tour/curl-lines.js'
import { drawServers } from './tour/draw-servers.js'
import { drawVerdicts } from './tour/draw-verdicts.js'
import { runTour } from './tour/run.js'
import { exitCodeFor } from './tour/verdict.js'

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })

const interrupted = new Promise<undefined>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(undefined))
})

const example = await startExample(readEnvironment(process.env))
console.log(`\nsealbearer: one policy, four frameworks\n\n${drawServers(example)}\n`)

const tour = runTour(example)
const verdicts = await Promise.race([tour, interrupted])
if (verdicts === undefined) {
  tour.catch(() => undefined) // It loses its servers below.
  process.exitCode = 1
} else {
  console.log(`${drawVerdicts(verdicts)}\n`)
  process.exitCode = exitCodeFor(verdicts)
  if (!values.once) {
    console.log(`The servers stay up until Ctrl-C. To go on:\n\n${curlLines(example)}\n`)
    await interrupted
  }
}
await example.close()
