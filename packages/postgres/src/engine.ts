import { isSealbearerError, SealbearerError } from '@sealbearer/core'
import { createDeadlines, TooLate, withinTime } from '@sealbearer/core/internal'
import type { PostgresClient } from './client.js'

/** The value of a parameter. */
export type Value = string | number | null

/** A row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

/** Runs operations, each as one statement. */
export interface Engine {
  /**
   * Runs a statement that contains {@link at}, and never after its time limit.
   *
   * @param statement `{schema}` in it is the schema.
   * @param now Milliseconds since the epoch, its `$1`; `null` for the clock of the database. `$2` is the deadline.
   * @param values From `$3` on.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`; `SB_STORE_VERSION` if a row has the outcome `version`.
   */
  run(statement: string, now: number | null, ...values: readonly Value[]): Promise<readonly Row[]>
  /** Runs a statement that does no harm when it runs late. Its values are from `$1` on. */
  runAnyTime(statement: string, ...values: readonly Value[]): Promise<readonly Row[]>
  /** Rejects later operations. */
  close(): void
}

/** SQLSTATEs of serialization failures and deadlocks: the transaction was rolled back. */
const conflicts = ['40001', '40P01']
const maxAttempts = 20

/** SQLSTATE of a statement that runs after its deadline. */
const tooLate = 'SBLTE'

/** SQLSTATEs of a missing schema, table or function. */
const notMigrated = ['3F000', '42P01', '42883']

/**
 * @param schema Quoted.
 * @param seconds Time limit of an operation.
 */
export function createEngine(client: PostgresClient, schema: string, seconds: number): Engine {
  let isClosed = false
  const inTime = createDeadlines(seconds, late)

  /** Retries a statement after a conflict, within the time limit. */
  async function query(text: string, values: readonly Value[]): Promise<readonly Row[]> {
    const end = performance.now() + seconds * 1000
    for (let attempt = 1; ; attempt++) {
      try {
        const { rows } = await client.query(text.replaceAll('{schema}', schema), [...values])
        return rows.filter(isRow)
      } catch (error) {
        const isConflict = conflicts.includes(errorCodeOf(error) ?? '')
        if (!isConflict || attempt === maxAttempts || performance.now() >= end) throw error
      }
    }
  }

  async function databaseTime(): Promise<TooLate> {
    const [row] = await query(timeStatement, [])
    return new TooLate(Number(textOf(row, 'time')))
  }

  async function limit(work: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
    if (isClosed) throw unavailable('closed')
    let rows: readonly Row[]
    try {
      rows = await withinTime(seconds, late, work)
    } catch (error) {
      // The database's own error can contain the values.
      throw isSealbearerError(error) ? error : unavailable(errorCodeOf(error))
    }
    if (rows.some(({ outcome }) => outcome === 'version')) throw new SealbearerError('SB_STORE_VERSION')
    return rows
  }

  return {
    run(statement, now, ...values) {
      return limit(() =>
        inTime(async (deadline) => {
          if (deadline === undefined) return databaseTime()
          try {
            return await query(statement, [now, deadline, ...values])
          } catch (error) {
            if (errorCodeOf(error) !== tooLate) throw error
            return databaseTime()
          }
        }),
      )
    },
    runAnyTime: (statement, ...values) => limit(() => query(statement, values)),
    close() {
      isClosed = true
    },
  }
}

const isRow = (row: unknown): row is Row => typeof row === 'object' && row !== null

function unavailable(parameter: string | undefined): SealbearerError {
  const isMissing = notMigrated.includes(parameter ?? '')
  const detail = isMissing ? 'the tables are missing; run migrate()' : undefined
  return new SealbearerError('SB_STORE_UNAVAILABLE', parameter, undefined, detail)
}

const late = (): SealbearerError => unavailable('timeout')

/** The SQLSTATE of the database, or the code of a connection that failed. */
function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return /^[A-Z0-9_]{2,40}$/.exec(error.code)?.[0]
}

/** Reads a column that the statement always has. */
export function textOf(row: Row | undefined, column: string): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw new SealbearerError('SB_STORE_UNAVAILABLE', 'reply')
  return value
}

/** The time in milliseconds, as SQL. It is an error, and undoes the statement, if the deadline has passed. */
export const at = '{schema}.time_before($1::bigint, $2::bigint)'

const timeStatement = 'SELECT {schema}.clock()::text AS time'
