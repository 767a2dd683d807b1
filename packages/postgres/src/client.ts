/** A pool or client of `pg`, PGlite, or anything else with such a method. */
export interface PostgresClient {
  /** Runs one statement with the values of `$1`, `$2` and so on. */
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

/** @throws {TypeError} */
export function clientOption(client: PostgresClient): PostgresClient {
  if (typeof Object(client).query === 'function') return client
  throw new TypeError('client: must have query(text, values), such as a Pool of pg, or PGlite')
}
