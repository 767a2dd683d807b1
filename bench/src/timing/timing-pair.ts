/** Two ways to fail, and what fails. */
export interface Prepared {
  /** Throws or rejects for every token of both classes. */
  readonly attempt: (token: string) => unknown
  /** Makes a token that fails in the first way; a new one each time. */
  readonly one: () => string
  /** As long as one of the first. */
  readonly other: () => string
}

/** What is compared in one row of the report. */
export interface TimingPair {
  readonly title: string
  readonly one: string
  readonly other: string
  /** Measurements of both classes together, by engine. */
  readonly rounds: Readonly<Record<Engine, number>>
  /** Whether jose takes the steps under the engine `web`. */
  readonly isEncrypted: boolean
  /** What the comparison has to find: nothing, or, to show that it can, a difference. */
  readonly expected: 'equal' | 'different'
  prepare(): Promise<Prepared>
}

/** The implementations behind core's seam `#crypto`. */
export type Engine = 'node' | 'web'
