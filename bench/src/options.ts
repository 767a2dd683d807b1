import { resolve } from 'node:path'
import type { Pace } from './measure/rounds.js'

/** What can be measured. */
export const parts = ['primitives', 'servers', 'growth', 'memory', 'flood', 'runtimes'] as const

export type Part = (typeof parts)[number]

/** How much to measure. */
export interface Options {
  readonly quick: boolean
  readonly parts: ReadonlySet<Part>
  /** Major version; every Node there is where `undefined`. */
  readonly node: string | undefined
  /** Folder of another checkout, built, to measure beside this one. */
  readonly baseline: string | undefined
}

/** How long each part takes. */
export interface Effort {
  readonly primitives: Pace
  /** Different tokens in a case. */
  readonly tokens: number
  readonly servers: Pace
  /** Give each guarded server a process to itself. */
  readonly apart: boolean
  readonly growth: Pace
  readonly memoryTokens: number
  readonly flood: Pace
}

const thorough: Effort = {
  primitives: { rounds: 15, slice: 15, warmUp: 60 },
  tokens: 1000,
  servers: { rounds: 16, slice: 120, warmUp: 400 },
  apart: true,
  growth: { rounds: 7, slice: 30, warmUp: 100 },
  memoryTokens: 200_000,
  flood: { rounds: 5, slice: 2000, warmUp: 2000 },
}

const quick: Effort = {
  primitives: { rounds: 2, slice: 1, warmUp: 3 },
  tokens: 16,
  servers: { rounds: 1, slice: 25, warmUp: 15 },
  apart: false,
  growth: { rounds: 1, slice: 1, warmUp: 3 },
  memoryTokens: 5000,
  flood: { rounds: 1, slice: 150, warmUp: 50 },
}

export const effortOf = (options: Options): Effort => (options.quick ? quick : thorough)

export const usage: string = `pnpm bench -- [--quick] [--only=${parts.join(',')}] [--node=20] [--baseline=../other]`

const isPart = (name: string): name is Part => parts.some((part) => part === name)

/** @throws {TypeError} for an invalid argument. */
export function readOptions(args: readonly string[]): Options {
  let options: Options = {
    quick: false,
    parts: new Set(parts),
    node: undefined,
    baseline: undefined,
  }
  for (const arg of args) {
    const [name, value = ''] = arg.split('=')
    const named = value.split(',').filter(isPart)
    if (arg === '--')
      continue // pnpm hands its own separator on.
    else if (arg === '--quick') options = { ...options, quick: true }
    else if (name === '--only' && named.length === value.split(',').length)
      options = { ...options, parts: new Set(named) }
    else if (name === '--node' && /^\d+$/.test(value)) options = { ...options, node: value }
    else if (name === '--baseline' && value !== '') options = { ...options, baseline: resolve(value) }
    else throw new TypeError(`${arg}: not understood; ${usage}`)
  }
  return options
}
