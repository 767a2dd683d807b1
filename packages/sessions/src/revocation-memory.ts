import type { JwtClaims } from '@sealbearer/core'
import type { Revocation, RevocationKind } from '@sealbearer/core/stores'

/** The revocations that still matter, in the memory of one process. */
export interface RevocationMemory {
  add(revocation: Revocation): void
  /** Whether any of them refuses a token with these claims. Looks up at most four claims. */
  refuses(claims: JwtClaims): boolean
  readonly size: number
}

interface Entry {
  /** Seconds since the epoch; infinite for all tokens. */
  readonly issuedUntil: number
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

const kinds: readonly RevocationKind[] = ['sid', 'jti', 'sub', 'client_id']

/** Below this there is nothing worth a sweep. */
const leastSwept = 1024

/**
 * @param maxEntries Over it, all of them give way to one that refuses every token issued until now: clients renew, and
 * no revoked token passes.
 */
export function createRevocationMemory(maxEntries: number, now: () => number): RevocationMemory {
  const entries = kinds.map((kind) => ({ kind, byValue: new Map<string, Entry>() }))
  let everything: number | undefined
  let size = 0
  let sweepAt = Math.min(leastSwept, maxEntries)

  function makeRoom(): void {
    const time = now()
    size = 0
    for (const { byValue } of entries) {
      for (const [value, { expiresAt }] of byValue) if (time >= expiresAt) byValue.delete(value)
      size += byValue.size
    }
    if (size >= maxEntries) {
      everything = Math.floor(time / 1000)
      for (const { byValue } of entries) byValue.clear()
      size = 0
    }
    sweepAt = Math.min(Math.max(2 * size, leastSwept), maxEntries)
  }

  return {
    add({ kind, value, issuedUntil, expiresAt }) {
      const byValue = entries.find((entry) => entry.kind === kind)?.byValue
      if (byValue === undefined || now() >= expiresAt) return
      const known = byValue.get(value)
      if (known === undefined && size++ >= sweepAt) makeRoom()
      byValue.set(value, {
        issuedUntil: Math.max(issuedUntil ?? Number.POSITIVE_INFINITY, known?.issuedUntil ?? 0),
        expiresAt: Math.max(expiresAt, known?.expiresAt ?? 0),
      })
    },
    refuses(claims) {
      // A token that does not say when it was issued may be older than anything.
      const issuedAt = claims.iat ?? Number.NEGATIVE_INFINITY
      if (everything !== undefined && issuedAt <= everything) return true
      if (size === 0) return false
      for (const { kind, byValue } of entries) {
        if (byValue.size === 0) continue
        const value = claims[kind]
        const entry = typeof value === 'string' ? byValue.get(value) : undefined
        if (entry !== undefined && issuedAt <= entry.issuedUntil) return true
      }
      return false
    },
    get size() {
      return size
    },
  }
}
