import { nodeMajor } from '../workers/runtimes.js'
import { microseconds, percent, times } from './numbers.js'
import type { RuntimeResults } from './results.js'

/** A bound, and how to write a value that is held against it. */
export interface Goal {
  readonly bound: 'at most' | 'at least'
  readonly value: number
  readonly of: string
  readonly format: (value: number) => string
}

/** A figure to reach. */
export interface Target {
  readonly work: string
  readonly goal: Goal
  /** The goal under Node 24 where it is another one. */
  readonly goal24?: Goal
  /** `undefined` where the work was not measured. */
  readonly figure: (results: RuntimeResults) => number | undefined
}

/** A target held against what was measured. */
export interface TargetResult {
  readonly text: string
  readonly isReached: boolean
}

const bound =
  (kind: Goal['bound'], format: Goal['format']) =>
  (value: number, of: string): Goal => ({ bound: kind, value, of, format })

export const atMostTimes: (value: number, of: string) => Goal = bound('at most', times)
export const atLeastTimes: (value: number, of: string) => Goal = bound('at least', times)
export const atMostMicroseconds: (value: number, of: string) => Goal = bound('at most', microseconds)
export const atMostShare: (value: number, of: string) => Goal = bound('at most', percent)
export const atLeastShare: (value: number, of: string) => Goal = bound('at least', percent)

/** "No slower" is measured with noise on both sides, so it is allowed this much. */
export const tolerance = 0.02

const goalText = ({ bound, value, of, format }: Goal): string => `${bound} ${format(value)} ${of}`

export const targetText = ({ goal, goal24 }: Target): string =>
  goal24 === undefined ? goalText(goal) : `${goalText(goal)}; Node 24: ${goalText(goal24)}`

/** Holds a target against one Node's results; `undefined` where there is nothing to hold it against. */
export function resultOf(target: Target, results: RuntimeResults): TargetResult | undefined {
  const figure = target.figure(results)
  if (figure === undefined || !Number.isFinite(figure)) return undefined
  const goal = (nodeMajor(results.runtime) === '24' && target.goal24) || target.goal
  const isReached = goal.bound === 'at most' ? figure <= goal.value : figure >= goal.value
  return { text: goal.format(figure), isReached }
}
