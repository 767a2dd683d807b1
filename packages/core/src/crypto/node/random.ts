import { Buffer } from 'node:buffer'
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(4096)
let used = pool.length

/** Random bytes, copied from a pool because asking the system for a few costs as much as asking for many. */
export function randomBytes(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + length))
  // The bytes may become a CEK, so they must not stay in the pool.
  pool.fill(0, used, used + length)
  used += length
  return bytes
}
