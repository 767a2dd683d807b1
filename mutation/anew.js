// One mutant, in a thread where it is switched on before anything is loaded.
import { parentPort, workerData } from 'node:worker_threads'
import { mostTests } from './most-tests.js'

const { mutant, files } = workerData
globalThis.__stryker__ = { activeMutant: mutant }

async function findKiller() {
  const { loadTests } = await import('./loaded-tests.js')
  const { runSuite } = await import('./suite.js')
  let count = 0
  let result
  for (const file of files) {
    await runSuite(await loadTests(file), {
      wants: () => true,
      end: (test, error) => {
        count++
        if (error !== undefined)
          result = { killedBy: [test.id], failureMessage: String(error?.message ?? error) }
        return error === undefined
      },
    })
    if (result !== undefined || count >= mostTests) break
  }
  return { status: result === undefined ? 'survived' : 'killed', nrOfTests: count, ...result }
}

parentPort?.postMessage(
  // What does not even load is noticed by every test.
  await findKiller().catch((error) => ({
    status: 'killed',
    killedBy: [],
    failureMessage: String(error),
    nrOfTests: 0,
  })),
)
