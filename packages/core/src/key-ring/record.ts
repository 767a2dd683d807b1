import { engine } from '#crypto'
import { isJsonObject, type JsonObject, parseJsonObject } from '../compact/json.js'
import { isAlgorithm } from '../crypto/algorithms.js'
import { SealbearerError } from '../errors.js'
import { withinTime } from '../time.js'
import { emptyRing, type RingEntry, type RingState } from './entry.js'
import type { KeyRingStore } from './store.js'

const encoder = new TextEncoder()

async function digestOf(value: unknown): Promise<string> {
  const octets = encoder.encode(JSON.stringify(value))
  return engine.encodeBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', octets)))
}

/**
 * Writes a ring as a JWK Set (RFC 7517 §5), private members included. Each key carries its plan in a member
 * `ring`, which other readers of JWK Sets ignore. The digest finds a torn or hand-edited text; against
 * somebody who can write files only a sealed store helps.
 */
export async function writeRing({ entries, lead }: RingState): Promise<string> {
  const keys = entries.map(({ jwk, ...plan }) => ({ ...jwk, ring: plan }))
  return `${JSON.stringify({ keys, lead, digest: await digestOf({ keys, lead }) }, undefined, 2)}\n`
}

/** Reads what {@link writeRing} wrote. @throws {SealbearerError} `SB_RING_UNREADABLE` */
export async function readRing(text: string): Promise<RingState> {
  const ring = parseJsonObject(text)
  if (ring === undefined) throw new SealbearerError('SB_RING_UNREADABLE')
  const { keys, lead, digest } = ring
  if (!Array.isArray(keys) || !isSeconds(lead)) throw new SealbearerError('SB_RING_UNREADABLE', 'keys')
  if (digest !== (await digestOf({ keys, lead }))) throw new SealbearerError('SB_RING_UNREADABLE', 'digest')
  const entries = keys.map(readEntry)
  if (new Set(entries.map(({ jwk }) => jwk.kid)).size < entries.length) {
    throw new SealbearerError('SB_RING_UNREADABLE', 'kid')
  }
  return { entries, lead }
}

const isSeconds = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

function readEntry(key: unknown): RingEntry {
  if (!isJsonObject(key) || !isJsonObject(key['ring']))
    throw new SealbearerError('SB_RING_UNREADABLE', 'ring')
  const { ring, ...jwk } = key
  const { series, published, lead, trustFor, activeFrom, activeUntil } = ring as JsonObject
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
  return { jwk, series, published, lead, trustFor, activeFrom, activeUntil }
}

const isOptionalSeconds = (value: unknown): value is number | undefined =>
  value === undefined || isSeconds(value)

const isRingJwk = (jwk: JsonObject): jwk is JsonObject & RingEntry['jwk'] =>
  typeof jwk['kty'] === 'string' &&
  typeof jwk['kid'] === 'string' &&
  isAlgorithm(jwk['alg']) &&
  (jwk['use'] === 'sig' || jwk['use'] === 'enc')

/** Somebody comes first only by having changed the ring, so this many losses in a row mean something else. */
const mostAttempts = 20

/** A plan made longer ago than this is made anew: a process can be suspended between two of its steps. */
const leastSlack = 10

/**
 * Seconds. Requests wait for a ring that reads its store again, and all its changes for one another, so a store that
 * answers no more must not keep them for good. Others may hold the lock of a file for half a minute.
 */
const longest = { load: 10, save: 60 }

const busy = (): SealbearerError => new SealbearerError('SB_RING_BUSY')

/** The ring in its store, changed by one caller after another. */
export class RingRecord {
  readonly #store: KeyRingStore
  readonly #now: () => number
  readonly #slack: number
  #last: Promise<unknown> = Promise.resolve()

  constructor(store: KeyRingStore, now: () => number, clockTolerance: number) {
    this.#store = store
    this.#now = now
    this.#slack = Math.max(clockTolerance, leastSlack)
  }

  /**
   * Reads the ring, changes it and saves it, unless somebody else came first: then all over again.
   *
   * @returns What the store holds in the end.
   */
  update(change: (state: RingState) => Promise<RingState>): Promise<RingState> {
    const turn = this.#last.then(() => this.#attempt(change))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #attempt(change: (state: RingState) => Promise<RingState>): Promise<RingState> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const start = this.#now()
      const stored = await withinTime(longest.load, busy, () => this.#store.load())
      const changed = await change(stored === undefined ? emptyRing : await readRing(stored.text))
      const text = await writeRing(changed)
      if (text === stored?.text) return changed
      if (Math.abs(this.#now() - start) > this.#slack) continue
      const save = () => this.#store.save(text, stored?.version)
      if ((await withinTime(longest.save, busy, save)) !== undefined) return changed
    }
    throw busy()
  }
}
