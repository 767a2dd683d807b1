import { readFile } from 'node:fs/promises'
import { SealbearerError } from '@sealbearer/core'
import type { PostgresClient } from './client.js'

/** The files in `migrations`, in their order. */
const files = ['0001-stores.sql'] as const

const folder = new URL('../migrations/', import.meta.url)

/**
 * Updates the tables, in one transaction. Concurrent migrations wait for one another.
 *
 * @param schema Quoted.
 * @throws {SealbearerError} `SB_STORE_VERSION` if a later release has changed the tables.
 */
export async function migrate(client: PostgresClient, schema: string): Promise<void> {
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))
  await client.query(statementOf(texts, schema), [])
  const { rows } = await client.query(`SELECT max(number)::text AS number FROM ${schema}.migrations`, [])
  const [row] = rows
  const number = typeof row === 'object' && row !== null && 'number' in row ? Number(row.number) : 0
  if (number > files.length) throw new SealbearerError('SB_STORE_VERSION')
}

/** One statement, and so one transaction, even for clients that send one statement at a time. */
function statementOf(texts: readonly string[], schema: string): string {
  const name = schema.slice(1, -1)
  const steps = texts.map(
    (text, i) => `IF NOT EXISTS (SELECT FROM ${schema}.migrations WHERE number = ${i + 1}) THEN
${text.replaceAll('"sealbearer"', schema)}
INSERT INTO ${schema}.migrations (number) VALUES (${i + 1});
END IF;`,
  )
  return `DO $migrate$ BEGIN
PERFORM pg_advisory_xact_lock(hashtextextended('${name}', 7324));
IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA ${schema}; END IF;
IF to_regclass('${schema}.migrations') IS NULL THEN
CREATE TABLE ${schema}.migrations (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
END IF;
${steps.join('\n')}
END $migrate$`
}
