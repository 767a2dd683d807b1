import { allPairs } from './all-pairs.js'
import { measurePair } from './measure.js'
import type { Engine } from './timing-pair.js'
import type { Times } from './welch.js'

const [engine = '', first = '', share = ''] = process.argv.slice(2)
if (engine !== 'node' && engine !== 'web') throw new TypeError('worker node|web <first pair> <share>')

/** All pairs, from the first on and around. */
async function measureAll(under: Engine, start: number, part: number): Promise<readonly Times[]> {
  const measured = new Map<number, Times>()
  for (const offset of allPairs.keys()) {
    const index = (start + offset) % allPairs.length
    const pair = allPairs[index]
    if (pair === undefined) continue
    const rounds = Math.ceil(pair.rounds[under] * part)
    measured.set(index, await measurePair(await pair.prepare(), rounds))
  }
  return [...measured].sort(([a], [b]) => a - b).map(([, times]) => times)
}

process.stdout.write(JSON.stringify(await measureAll(engine, Number(first), Number(share))))
