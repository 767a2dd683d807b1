import type { SuiteName } from './suites.js'

export interface TestResult {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly error?: string
}

/** What the program prints. */
export interface RunResult {
  /** The implementation of core's cryptography that ran. */
  readonly engine: 'node' | 'bun' | 'deno' | 'web'
  readonly suites: Readonly<Record<SuiteName, readonly TestResult[]>>
}
