import { ok } from 'node:assert/strict'
import { type ErrorCode, errorTable } from '#core/error-table.js'
import { isSealbearerError } from '#core/errors.js'

/**
 * Takes an input that anything may be in, throws where it breaks a promise, and else says in few words what
 * came of it, so that inputs which end differently can be told apart.
 */
export type Target = (input: string) => string | Promise<string>

/** Tells a failure that is in the table from one that nobody foresaw, which is thrown again. */
export function knownCode(error: unknown): ErrorCode {
  if (!isSealbearerError(error) || !Object.hasOwn(errorTable, error.code)) throw error
  ok(/^[\x20-\x7e]*$/.test(error.message), 'a message that is not printable')
  return error.code
}

/** `accepted`, or the code of what is thrown. */
export function codeOf(attempt: () => unknown): string {
  try {
    attempt()
    return 'accepted'
  } catch (error) {
    return knownCode(error)
  }
}
