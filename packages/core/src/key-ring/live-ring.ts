import type { JSONWebKeySet } from 'jose'
import type { Key } from '../keys/key.js'
import type { KeySelector } from '../keys/key-selection.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import { emptyRing, phaseAt, type RingState } from './entry.js'
import { Upkeep } from './maintenance.js'
import type { PinnedRingOptions } from './options.js'
import { needsTending, retired, revoked, rotated, tend } from './plan.js'
import { RingRecord } from './record.js'
import type { RingSeries } from './series.js'
import { type RingKeyStatus, statusOf } from './status.js'
import { createMemoryRings } from './store.js'
import { type OpenedKey, type RingView, viewAt } from './view.js'

/** A ring at work: its last good state, seen at the time of the clock. */
export class LiveRing {
  readonly #options: PinnedRingOptions
  readonly #keys: RingSeries
  readonly #now: () => number
  readonly #record: RingRecord
  readonly #upkeep: Upkeep
  #state = emptyRing
  #opened: ReadonlyMap<string, OpenedKey> = new Map()
  #view: RingView
  #generation = 0
  /** Revoked here; kept out even when the store could not be told. */
  readonly #revoked = new Set<string>()
  #needsTending = false

  constructor(options: PinnedRingOptions, keys: RingSeries, now: () => number) {
    this.#options = options
    this.#keys = keys
    this.#now = now
    this.#record = new RingRecord(options.store ?? createMemoryRings(), now, options.clockTolerance)
    this.#view = viewAt([], this.#opened, now())
    this.#upkeep = new Upkeep(options, now, () => this.open())
  }

  /** Reads the ring, or makes it where there is none. */
  open(): Promise<void> {
    return this.#update((state) => this.#tended(state))
  }

  get generation(): number {
    this.#look()
    return this.#generation
  }

  /** Nobody may rely on a verdict while another process could have revoked its key without our knowing. */
  use(): boolean {
    const now = this.#now()
    this.#look(now)
    return !this.#upkeep.isStale(now)
  }

  select(header: KeySelector): MaybePromise<readonly Key[]> {
    return chain(this.ready(), () => this.#look().keys.select(header))
  }

  kids(): readonly (string | undefined)[] {
    return this.#look().keys.kids()
  }

  publicJwks(): JSONWebKeySet {
    return { keys: this.#look().published.map((jwk) => ({ ...jwk })) }
  }

  status(): readonly RingKeyStatus[] {
    const now = this.#now()
    this.#look(now)
    return this.#state.entries
      .filter((entry) => phaseAt(entry, now) !== 'gone')
      .map((entry) => statusOf(entry, now))
  }

  /** Waits only where the last look at the store is older than allowed. */
  ready(): MaybePromise<void> {
    const now = this.#now()
    this.#look(now)
    return this.#upkeep.isStale(now) ? this.#upkeep.bringUpToDate() : undefined
  }

  async rotate(alg?: string): Promise<void> {
    await this.ready()
    const { entries } = this.#state
    const now = this.#now()
    const active = entries.filter((entry) => phaseAt(entry, now) === 'active')
    const chosen = active.filter(({ jwk }) => alg === undefined || jwk.alg === alg)
    if (chosen.length === 0) throw new TypeError('rotate: the ring has no active key for this algorithm')
    await this.#update(async (state) => {
      let next = await this.#tended(state)
      for (const { series, jwk } of chosen) next = rotated(next, series, jwk.kid, this.#now())
      return this.#tended(next)
    })
  }

  async revoke(kid: string): Promise<void> {
    let isKnown = this.#revoked.has(kid) || this.#state.entries.some(({ jwk }) => jwk.kid === kid)
    this.#revoked.add(kid)
    this.#adopt(this.#state, this.#opened)
    await this.#update((state) => {
      const entry = state.entries.find(({ jwk }) => jwk.kid === kid)
      isKnown ||= entry !== undefined
      return this.#tended(state, entry?.series)
    })
    if (isKnown) return
    this.#revoked.delete(kid)
    throw new TypeError('revoke: the ring holds no key with this kid; status() lists those it holds')
  }

  async retire(alg: string): Promise<void> {
    if (this.#keys.series.some(({ id }) => id === alg || id.startsWith(`${alg} `))) {
      throw new TypeError(
        `retire: ${alg} is still among the keys of this ring's options; leave it out there first`,
      )
    }
    await this.#update((state) => {
      const ids = state.entries.filter(({ jwk }) => jwk.alg === alg).map(({ series }) => series)
      const next = ids.reduce((current, id) => retired(current, id, this.#now()), state)
      return this.#tended(next)
    })
  }

  start(): void {
    this.#upkeep.start()
  }

  stop(): void {
    this.#upkeep.stop()
  }

  #tended(state: RingState, urgent?: string): Promise<RingState> {
    return tend(this.#withoutRevoked(state), this.#keys.series, this.#options.timing, this.#now, urgent)
  }

  #withoutRevoked(state: RingState): RingState {
    const now = this.#now()
    return [...this.#revoked].reduce((current, kid) => revoked(current, kid, now), state)
  }

  async #update(change: (state: RingState) => Promise<RingState>): Promise<void> {
    let opened = this.#opened
    const state = await this.#record.update(async (before) => {
      const changed = await change(before)
      // Before it is saved: what cannot be opened must not be published.
      opened = await this.#openAll(changed)
      return changed
    })
    this.#upkeep.checked()
    this.#adopt(state, opened)
  }

  async #openAll({ entries }: RingState): Promise<ReadonlyMap<string, OpenedKey>> {
    const opened = new Map<string, OpenedKey>()
    for (const entry of entries) {
      const { kid } = entry.jwk
      opened.set(kid, this.#opened.get(kid) ?? (await this.#keys.open(entry)))
    }
    return opened
  }

  #adopt(state: RingState, opened: ReadonlyMap<string, OpenedKey>): void {
    this.#state = this.#withoutRevoked(state)
    this.#opened = opened
    this.#show(this.#now())
  }

  #show(now: number): void {
    const before = this.#view.kids
    this.#view = viewAt(this.#state.entries, this.#opened, now)
    this.#needsTending = needsTending(this.#state, this.#keys.series, this.#options.timing, now)
    if ([...before].some((kid) => !this.#view.kids.has(kid))) this.#generation++
  }

  /** The view for now; whatever is due beside that happens in the background. */
  #look(now = this.#now()): RingView {
    if (now < this.#view.from || now >= this.#view.until) this.#show(now)
    this.#upkeep.begin(now, this.#needsTending)
    return this.#view
  }
}
