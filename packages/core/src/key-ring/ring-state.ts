import type { JWK } from 'jose'
import { engine } from '#crypto'
import { isJsonObject, type JsonObject, parseJsonObject } from '../compact/json.js'
import { isAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'

/**
 * The phase of a key in a ring: `next` (trusted, not used yet), `active` (in use), `retiring` (trusted, no longer used)
 * or `gone`.
 */
export type KeyPhase = 'next' | 'active' | 'retiring' | 'gone'

/** A key of a ring and its plan. Times are seconds since the epoch. */
export interface RingEntry {
  /** All members that the ring's `source` needs to open the key again; always `kid`, `alg` and `use`. */
  readonly jwk: JWK & { readonly kid: string; readonly alg: string; readonly use: 'sig' | 'enc' }
  /** Entries of one series replace one another: `alg`, and `enc` for keys that have one. */
  readonly series: string
  readonly published: number
  /** Seconds between publishing and first use. */
  readonly lead: number
  /** Seconds for which it is trusted after its last use. */
  readonly trustFor: number
  /** `undefined` until its first use is planned. */
  readonly activeFrom: number | undefined
  /** `undefined` until its last use is planned. */
  readonly activeUntil: number | undefined
  /** `true` once its private half has been removed: then it is retiring, even by a slower clock. */
  readonly isSpent?: boolean
}

/** The stored state of a ring. */
export interface RingState {
  readonly entries: readonly RingEntry[]
  /** The lead of the options that last created a key: caches may be that old. */
  readonly lead: number
  /** The `kid`s of revoked keys, oldest first, which are never trusted again. */
  readonly revoked: readonly string[]
}

/** A ring that was never saved. Compared by identity: one that has lost all its keys is different. */
export const emptyRing: RingState = Object.freeze({ entries: [], lead: 0, revoked: [] })

/** When a key stops being trusted. */
export const goneAt = ({ activeUntil, trustFor }: RingEntry): number =>
  activeUntil === undefined ? Number.POSITIVE_INFINITY : activeUntil + trustFor

/** The phase depends only on the plan and the clock, so that all processes change over at the same time. */
export function phaseAt(entry: RingEntry, now: number): KeyPhase {
  if (now >= goneAt(entry)) return 'gone'
  if (entry.isSpent || (entry.activeUntil !== undefined && now >= entry.activeUntil)) return 'retiring'
  return entry.activeFrom !== undefined && now >= entry.activeFrom ? 'active' : 'next'
}

/** The next time at which the phase of one of these keys changes. */
export function nextChange(entries: readonly RingEntry[], now: number): number {
  const times = entries.flatMap((entry) => [
    entry.activeFrom ?? Number.POSITIVE_INFINITY,
    entry.activeUntil ?? Number.POSITIVE_INFINITY,
    goneAt(entry),
  ])
  return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY)
}

/** A stored ring. A sealed store encrypts all of it. */
export interface RingDocument {
  /** Random and unique to the ring. */
  readonly id: string
  /** The option `name` when the ring was created. */
  readonly name: string | undefined
  /** Incremented with each change. */
  readonly revision: number
  readonly state: RingState
}

/** Maximum length in characters: some hundred keys. Sealed, in any alphabet, it is within the limit of stores. */
const maxRing = 1_048_576

const encoder = new TextEncoder()

async function digestOf(value: unknown): Promise<string> {
  const bytes = encoder.encode(JSON.stringify(value))
  return engine.encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/**
 * Writes a ring as a JWK Set (RFC 7517 §5), including private members. Each key has its plan in a member `ring`, which
 * other readers of JWK Sets ignore. The digest detects an incomplete or edited text; only a sealed store protects
 * against an attacker who can write files.
 *
 * @throws {SealbearerError} `SB_RING_UNREADABLE` for a ring that is too large.
 */
export async function writeRing({ id, name, revision, state }: RingDocument): Promise<string> {
  const keys = state.entries.map(({ jwk, ...plan }) => ({ ...jwk, ring: plan }))
  const ring = { id, name, revision, lead: state.lead, revoked: state.revoked, keys }
  const text = `${JSON.stringify({ ...ring, digest: await digestOf(ring) }, undefined, 2)}\n`
  // Saved, it could not be read again.
  if (text.length > maxRing) throw new SealbearerError('SB_RING_UNREADABLE', 'size')
  return text
}

/** Reads the result of {@link writeRing}. @throws {SealbearerError} `SB_RING_UNREADABLE` */
export async function readRing(text: string): Promise<RingDocument> {
  if (text.length > maxRing) throw new SealbearerError('SB_RING_UNREADABLE', 'size')
  const ring = parseJsonObject(text)
  if (ring === undefined) throw new SealbearerError('SB_RING_UNREADABLE')
  const { id, name, revision, lead, revoked, keys, digest } = ring
  if (!Array.isArray(keys) || !isSeconds(lead)) throw new SealbearerError('SB_RING_UNREADABLE', 'keys')
  if (digest !== (await digestOf({ id, name, revision, lead, revoked, keys }))) {
    throw new SealbearerError('SB_RING_UNREADABLE', 'digest')
  }
  if (typeof id !== 'string' || !Number.isSafeInteger(revision) || !isOptionalText(name)) {
    throw new SealbearerError('SB_RING_UNREADABLE', 'id')
  }
  if (!Array.isArray(revoked) || !revoked.every(isText)) {
    throw new SealbearerError('SB_RING_UNREADABLE', 'revoked')
  }
  const entries = keys.map(readEntry)
  if (new Set(entries.map(({ jwk }) => jwk.kid)).size < entries.length) {
    throw new SealbearerError('SB_RING_UNREADABLE', 'kid')
  }
  // Checked above: a safe integer.
  return { id, name, revision: revision as number, state: { entries, lead, revoked } }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isOptionalText = (value: unknown): value is string | undefined => value === undefined || isText(value)
const isSeconds = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isOptionalSeconds = (value: unknown): value is number | undefined =>
  value === undefined || isSeconds(value)

function readEntry(key: unknown): RingEntry {
  if (!isJsonObject(key) || !isJsonObject(key['ring']))
    throw new SealbearerError('SB_RING_UNREADABLE', 'ring')
  const { ring, ...jwk } = key
  const { series, published, lead, trustFor, activeFrom, activeUntil, isSpent } = ring as JsonObject
  if (
    !isRingJwk(jwk) ||
    typeof series !== 'string' ||
    !isSeconds(published) ||
    !isSeconds(lead) ||
    !isSeconds(trustFor) ||
    !isOptionalSeconds(activeFrom) ||
    !isOptionalSeconds(activeUntil)
  ) {
    throw new SealbearerError('SB_RING_UNREADABLE', 'ring')
  }
  const plan = { series, published, lead, trustFor, activeFrom, activeUntil }
  return isSpent === true ? { jwk, ...plan, isSpent } : { jwk, ...plan }
}

const isRingJwk = (jwk: JsonObject): jwk is JsonObject & RingEntry['jwk'] =>
  typeof jwk['kty'] === 'string' &&
  typeof jwk['kid'] === 'string' &&
  isAlgorithm(jwk['alg']) &&
  (jwk['use'] === 'sig' || jwk['use'] === 'enc')
