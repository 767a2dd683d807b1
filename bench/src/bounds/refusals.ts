import { collectGarbage, usedBytes } from '../measure/heap.js'
import { median, ratioOfRounds } from '../measure/statistics.js'
import type { Door, Knock } from './door.js'
import { openDoors } from './doors.js'
import type { MeasuredGroup, MeasuredRefusal } from './measured-bounds.js'
import type { Shape } from './shape.js'
import { shapeGroups } from './shapes.js'

export interface RefusalsInput {
  readonly rounds: number
  /** Milliseconds of processor time that each of the two gets in each round. */
  readonly slice: number
  /** Characters that are refused before the heap is looked at. */
  readonly volume: number
}

/** Strings that no other part of the program has, as a server gets them. */
function copies(knock: Knock, count: number): readonly Knock[] {
  const bytes = knock.map((text) => Buffer.from(text, 'latin1'))
  const copy = (): Knock => bytes.map((text) => text.toString('latin1'))
  return Array.from({ length: count }, copy)
}

/** Texts that are made ahead, outside the clock. */
const batchCharacters = 4_000_000
const maxBatches = 5

/** One of the two that take turns. */
class Runner {
  readonly #door: Door
  readonly #knock: Knock
  readonly #answer: string
  readonly #batch: number
  readonly #again: number
  /** Microseconds of processor time, which a busy machine does not lengthen. */
  readonly rounds: number[] = []

  constructor(door: Door, knock: Knock, answer: string, again = 1) {
    this.#again = again
    this.#door = door
    this.#knock = knock
    this.#answer = answer
    const characters = knock.reduce((sum, text) => sum + text.length, 0)
    this.#batch = Math.max(4, Math.min(100, Math.floor(batchCharacters / characters)))
  }

  async run(milliseconds: number): Promise<number> {
    let [used, times] = [0, 0]
    for (let batch = 0; batch < maxBatches && used < milliseconds * 1000; batch++) {
      const fresh = copies(this.#knock, this.#batch)
      const before = process.cpuUsage()
      for (const knock of fresh) {
        for (let time = 0; time < this.#again; time++) {
          const answer = await this.#door.open(knock)
          if (answer !== this.#answer) throw new Error(`${answer} where it should have been ${this.#answer}`)
        }
      }
      const { user, system } = process.cpuUsage(before)
      used += user + system
      times += fresh.length * this.#again
    }
    return used / times
  }

  async measure(milliseconds: number): Promise<void> {
    this.rounds.push(await this.run(milliseconds))
  }
}

async function measureSize(shape: Shape, size: number, input: RefusalsInput): Promise<MeasuredRefusal> {
  const { door, code } = shape
  const hostile = await shape.make(size)
  const characters = hostile.reduce((sum, text) => sum + text.length, 0)
  const goodSize = shape.welcomeSize ?? characters
  const usual = new Runner(door, await door.welcome(goodSize), 'let in')
  const good = shape.good === undefined ? usual : new Runner(door, await shape.good(goodSize), 'let in')
  const bad = new Runner(door, hostile, code, shape.again)
  const runners = [...new Set([usual, good, bad])]
  // Until the compiler has done its work.
  for (const runner of runners) await runner.run(2 * input.slice)
  for (let round = 0; round < input.rounds; round++) {
    const inTurn = round % 2 === 0 ? runners : runners.toReversed()
    for (const runner of inTurn) await runner.measure(input.slice)
  }
  const times = Math.max(4, Math.ceil(input.volume / characters))
  return {
    characters,
    refused: median(bad.rounds),
    letIn: median(good.rounds),
    ratio: ratioOfRounds(bad.rounds, good.rounds),
    ratioToUsual: ratioOfRounds(bad.rounds, usual.rounds),
    leftBytes: await leftOf(door, hostile, times),
  }
}

/** What stays behind of the later two thirds; the first may fill what is bounded. */
async function leftOf(door: Door, hostile: Knock, times: number): Promise<number> {
  const knock = async (count: number): Promise<number> => {
    for (let done = 0; done < count; done += 4) {
      for (const copy of copies(hostile, 4)) await door.open(copy)
    }
    // What came last may be held on to.
    await door.open(['x', 'x'])
    collectGarbage()
    return usedBytes()
  }
  const before = await knock(times)
  return (await knock(2 * times)) - before
}

/** Has every shape refused, in turns with good ones. */
export async function measureRefusals(input: RefusalsInput): Promise<readonly MeasuredGroup[]> {
  const groups: MeasuredGroup[] = []
  for (const { title, note, shapes } of shapeGroups(await openDoors())) {
    console.error(`  ${title}`)
    const measured = []
    for (const shape of shapes) {
      const sizes: MeasuredRefusal[] = []
      for (const size of shape.sizes) sizes.push(await measureSize(shape, size, input))
      measured.push({ title: shape.title, code: shape.code, sizes })
    }
    groups.push({ title, note, shapes: measured })
  }
  return groups
}
