import type { JwtClaims } from '@sealbearer/core'
import type { Revocation, RevocationKind } from '@sealbearer/core/stores'

/** The revocations that still matter, in the memory of one process. */
export interface RevocationMemory {
  /**
   * @param isNew Whether it has just been added to the store. Then it is kept for as long as tokens live, whatever the clocks
   * of this process and of the one that added it say.
   */
  add(revocation: Revocation, isNew: boolean): void
  /** Whether any of them refuses a token with these claims. Looks up at most four claims. */
  refuses(claims: JwtClaims): boolean
  /** Calls `revoked` once an entry is added that refuses a token with these claims. @returns a function that stops watching. */
  watch(claims: JwtClaims, revoked: () => void): () => void
  readonly size: number
}

/** One call of `watch`. */
interface Watcher {
  readonly issuedAt: number
  readonly revoked: () => void
}

interface Entry {
  /** Seconds since the epoch; infinite for all tokens. */
  readonly issuedUntil: number
  /** Seconds by the clock `elapsed`. */
  readonly keptUntil: number
}

/** The entries for one claim, and those who watch it, by its value. */
interface Entries {
  readonly kind: RevocationKind
  readonly byValue: Map<string, Entry>
  readonly watchers: Map<string, Set<Watcher>>
}

const entriesOf = (kind: RevocationKind): Entries => ({ kind, byValue: new Map(), watchers: new Map() })

function isIn(entries: ReadonlyMap<string, Entry>, value: unknown, issuedAt: number): boolean {
  if (entries.size === 0 || typeof value !== 'string') return false
  const entry = entries.get(value)
  return entry !== undefined && issuedAt <= entry.issuedUntil
}

/**
 * Revocations are by whole seconds, and some issuers write fractions of them. A token without `iat` counts as older than
 * any revocation.
 */
const secondOfIssue = ({ iat }: JwtClaims): number =>
  iat === undefined ? Number.NEGATIVE_INFINITY : Math.floor(iat)

/** Minimum number of entries at which expired ones are removed. */
const minSwept = 1024

/** Seconds by which a clock is set, at most. */
const maxClockChange = 3600

export interface RevocationMemoryOptions {
  /**
   * Over it, all are replaced by one that refuses every token issued until now: clients renew, and no revoked token is
   * accepted.
   */
  readonly maxEntries: number
  /** Seconds for which a new entry matters. */
  readonly lifetime: number
  /** Seconds since the epoch. */
  readonly now: () => number
  /** Seconds by a clock that nobody sets. */
  readonly elapsed: () => number
  /** Called when the limit is reached. */
  readonly overflowed: () => void
}

export function createRevocationMemory({
  maxEntries,
  lifetime,
  now,
  elapsed,
  overflowed,
}: RevocationMemoryOptions): RevocationMemory {
  const [sids, jtis, subs, clients] = [
    entriesOf('sid'),
    entriesOf('jti'),
    entriesOf('sub'),
    entriesOf('client_id'),
  ]
  const entries = [sids, jtis, subs, clients]
  let everything: number | undefined
  /** The latest time at which an entry was added that may still matter. The clock may have been set back since. */
  let latest = { now: now(), elapsed: elapsed() }
  let size = 0
  /** Number of entries that were added so far. */
  let additions = 0
  const passed = new WeakMap<JwtClaims, number>()
  let sweepAt = Math.min(minSwept, maxEntries)

  function makeRoom(): void {
    const time = elapsed()
    size = removeWhere(entries, ({ keptUntil }) => time >= keptUntil)
    if (size >= maxEntries) replaceAll()
    sweepAt = Math.min(Math.max(2 * size, minSwept), maxEntries)
  }

  function replaceAll(): void {
    const time = now()
    const until = Math.floor(Math.max(time, Math.min(latest.now, time + maxClockChange)))
    everything = Math.max(everything ?? until, until)
    size = revokeAll(entries, everything)
    if (size > maxEntries / 2) {
      everything = lastOf(entries, everything)
      size = revokeAll(entries, everything)
    }
    overflowed()
  }

  return {
    add({ kind, value, issuedUntil, expiresAt }, isNew) {
      const found = entries.find((entry) => entry.kind === kind)
      const [time, age] = [now(), elapsed()]
      const rest = expiresAt / 1000 - time
      if (found === undefined || (rest <= 0 && !isNew)) return
      const { byValue, watchers } = found
      additions++
      if (time >= latest.now || age >= latest.elapsed + lifetime) latest = { now: time, elapsed: age }
      const known = byValue.get(value)
      if (known === undefined) {
        if (size >= sweepAt) makeRoom()
        size++
      }
      byValue.set(value, {
        issuedUntil: Math.max(issuedUntil ?? Number.POSITIVE_INFINITY, known?.issuedUntil ?? 0),
        keptUntil: Math.max(age + (isNew ? Math.max(rest, lifetime) : rest), known?.keptUntil ?? 0),
      })
      notify(watchers.get(value), issuedUntil ?? Number.POSITIVE_INFINITY)
    },
    refuses(claims) {
      // All requests with a cached token have the same claims object; it is looked up again only after an addition.
      if (passed.get(claims) === additions) return false
      const issuedAt = secondOfIssue(claims)
      const isRefused =
        (everything !== undefined && issuedAt <= everything) ||
        isIn(sids.byValue, claims['sid'], issuedAt) ||
        isIn(jtis.byValue, claims.jti, issuedAt) ||
        isIn(subs.byValue, claims.sub, issuedAt) ||
        isIn(clients.byValue, claims['client_id'], issuedAt)
      if (!isRefused) passed.set(claims, additions)
      return isRefused
    },
    watch: (claims, revoked) => watch(entries, claims, revoked),
    get size() {
      return size
    },
  }
}

/** @returns The number of the entries that remain. */
function removeWhere(entries: readonly Entries[], isObsolete: (entry: Entry) => boolean): number {
  let size = 0
  for (const { byValue } of entries) {
    for (const [value, entry] of byValue) if (isObsolete(entry)) byValue.delete(value)
    size += byValue.size
  }
  return size
}

/**
 * From now on, every token issued by then is refused. Entries remain that refuse later ones up to a certain time.
 *
 * @returns The number of the entries that remain.
 */
function revokeAll(entries: readonly Entries[], by: number): number {
  for (const { watchers } of entries) for (const each of watchers.values()) notify(each, by)
  return removeWhere(
    entries,
    ({ issuedUntil }) => issuedUntil <= by || issuedUntil === Number.POSITIVE_INFINITY,
  )
}

/** The latest time of issue that any entry refuses, and not before `start`. */
function lastOf(entries: readonly Entries[], start: number): number {
  let last = start
  for (const { byValue } of entries)
    for (const { issuedUntil } of byValue.values()) last = Math.max(last, issuedUntil)
  return last
}

/** Watches every claim by which a token can be revoked. */
function watch(entries: readonly Entries[], claims: JwtClaims, revoked: () => void): () => void {
  const watcher: Watcher = { issuedAt: secondOfIssue(claims), revoked }
  const watched = entries.flatMap(({ kind, watchers }) => {
    const value = claims[kind]
    return typeof value === 'string' ? [{ watchers, value }] : []
  })
  for (const { watchers, value } of watched) {
    watchers.set(value, (watchers.get(value) ?? new Set()).add(watcher))
  }
  return () => {
    for (const { watchers, value } of watched) {
      const all = watchers.get(value)
      all?.delete(watcher)
      if (all?.size === 0) watchers.delete(value)
    }
  }
}

/** Notifies the watchers of tokens issued by then. They are copied, since each stops watching meanwhile. */
function notify(watchers: ReadonlySet<Watcher> | undefined, issuedUntil: number): void {
  for (const { issuedAt, revoked } of [...(watchers ?? [])]) if (issuedAt <= issuedUntil) revoked()
}
