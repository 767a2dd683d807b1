/** What it costs to refuse a shape of one size. */
export interface MeasuredRefusal {
  readonly characters: number
  /** Microseconds. */
  readonly refused: number
  /** Microseconds for a good one of that size, made of the same where a good one can be. */
  readonly letIn: number
  /** The first in terms of the second, as the median over rounds. */
  readonly ratio: number
  /** The same in terms of a good one of that size with groups in it. */
  readonly ratioToUsual: number
  /** Bytes that are left of many when the garbage is collected. */
  readonly leftBytes: number
}

interface MeasuredShape {
  readonly title: string
  readonly code: string
  readonly sizes: readonly MeasuredRefusal[]
}

export interface MeasuredGroup {
  readonly title: string
  readonly note: string
  readonly shapes: readonly MeasuredShape[]
}

/** Work that others can ask for, and how long it holds up a process. */
export interface MeasuredHold {
  readonly title: string
  readonly answer: string
  /** What is held up: all other requests, or the one that asks. */
  readonly measures: 'the event loop' | 'the answer'
  readonly milliseconds: number
  readonly boundMilliseconds: number
}

/** A flood of inputs, none of which came before. */
export interface MeasuredFlooding {
  readonly title: string
  readonly count: number
  /** What is said to all of them. */
  readonly answer: string
  readonly heapBytes: number
  /** What the bounds of the memories allow. */
  readonly boundBytes: number
  /** Anything else worth saying. */
  readonly note: string
}
