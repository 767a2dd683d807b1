import fc from 'fast-check'
import type { Crash } from './crashing-store.js'
import { windowLength } from './world.js'

/** One of several requests in parallel, and what becomes of its answer. */
export interface Request {
  readonly process: number
  readonly crash: Crash | undefined
  readonly answer: 'arrives' | 'late' | 'lost'
}

/** What happens next. */
export type Step =
  | { readonly do: 'renew'; readonly requests: readonly Request[] }
  | { readonly do: 'use'; readonly process: number }
  /** The late answers arrive. */
  | { readonly do: 'receive' }
  | { readonly do: 'pass'; readonly milliseconds: number }
  | { readonly do: 'jump'; readonly hours: number }
  | { readonly do: 'restart'; readonly process: number }
  /** Someone copies the refresh token that the client has. */
  | { readonly do: 'steal' }
  | { readonly do: 'thief'; readonly token: number; readonly process: number; readonly uses: boolean }

const process = fc.nat({ max: 1 })
/** A renewal asks the store twice. */
const crash = fc.record({ operation: fc.nat({ max: 2 }), isDone: fc.boolean() })

const request: fc.Arbitrary<Request> = fc.record({
  process,
  crash: fc.option(crash, { nil: undefined, freq: 4 }),
  answer: fc.constantFrom('arrives', 'arrives', 'late', 'lost'),
})

const honest: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('renew'),
      requests: fc.array(request, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('use'), process }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('receive') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass'),
      milliseconds: fc.constantFrom(1000, windowLength - 1000, windowLength + 1000, 600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('jump'), hours: fc.constantFrom(1, -1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), process }) },
]

const theft: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 1, arbitrary: fc.record({ do: fc.constant('steal') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('thief'),
      token: fc.nat({ max: 5 }),
      process,
      uses: fc.boolean(),
    }),
  },
]

const steps = (weighted: readonly fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof(...weighted), { minLength: 1, maxLength: 30, size: 'max' })

/** Schedules without a thief. */
export const honestSchedules: fc.Arbitrary<Step[]> = steps(honest)

/** Schedules in which a thief may have copied the client's refresh token at any time. */
export const thiefSchedules: fc.Arbitrary<Step[]> = steps([...honest, ...theft])

/** What thief and client do in one of the rounds in the end. */
export interface Round {
  readonly order: 'before' | 'after' | 'both'
  readonly token: number
  readonly requests: number
}

export const rounds: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    order: fc.constantFrom('before', 'after', 'both'),
    token: fc.nat({ max: 5 }),
    requests: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 5, maxLength: 5 },
)
