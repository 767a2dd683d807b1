import { isSealbearerError, SealbearerError } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { PostgresClient } from './client.js'

/** The value of a parameter. */
export type Value = string | number | null

/** A row, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>

/** Runs operations, each as one statement. */
export interface Engine {
  /**
   * @param statement `{schema}` in it is the schema.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`; `SB_STORE_VERSION` if a row has the outcome `version`.
   */
  run(statement: string, ...values: readonly Value[]): Promise<readonly Row[]>
  /** Rejects later operations. */
  close(): void
}

/** SQLSTATEs of serialization failures and deadlocks: the transaction was rolled back. */
const conflicts = ['40001', '40P01']
const maxAttempts = 20

/** SQLSTATEs of a missing schema, table or function. */
const notMigrated = ['3F000', '42P01', '42883']

/**
 * @param schema Quoted.
 * @param seconds Time limit of an operation.
 */
export function createEngine(client: PostgresClient, schema: string, seconds: number): Engine {
  let isClosed = false

  /** Retries a statement after a conflict, within the time limit. */
  async function query(text: string, values: readonly Value[]): Promise<readonly unknown[]> {
    const deadline = performance.now() + seconds * 1000
    for (let attempt = 1; ; attempt++) {
      try {
        const { rows } = await client.query(text, [...values])
        return rows
      } catch (error) {
        const isConflict = conflicts.includes(errorCodeOf(error) ?? '')
        if (!isConflict || attempt === maxAttempts || performance.now() >= deadline) throw error
      }
    }
  }

  return {
    async run(statement, ...values) {
      if (isClosed) throw unavailable('closed')
      const text = statement.replaceAll('{schema}', schema)
      let rows: readonly unknown[]
      try {
        rows = await withinTime(seconds, late, () => query(text, values))
      } catch (error) {
        // The database's own error can contain the values.
        throw isSealbearerError(error) ? error : unavailable(errorCodeOf(error))
      }
      const known = rows.filter(isRow)
      if (known.some(({ outcome }) => outcome === 'version')) throw new SealbearerError('SB_STORE_VERSION')
      return known
    },
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

/** The time in milliseconds, as SQL: the first value, or the clock of the database if that is null. */
export const at = 'coalesce($1::bigint, floor(extract(epoch FROM now()) * 1000)::bigint)'
