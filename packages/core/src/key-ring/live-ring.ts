import type { JSONWebKeySet } from 'jose'
import { isAlgorithm, useOf } from '../crypto/algorithms.js'
import type { KeyOperations } from '../crypto/engine.js'
import { type Key, type KeySelector, keyMaterial } from '../keys/key.js'
import { chain, isPromise, type MaybePromise } from '../maybe-promise.js'
import { Maintenance } from './maintenance.js'
import { type PinnedRingOptions, seriesId } from './options.js'
import { maintain, needsMaintenance, retired, revoked, rotated } from './plan.js'
import { keyChanges, type PlacedKeys, placedKeys } from './ring-event.js'
import { emptyRing, phaseAt, type RingState } from './ring-state.js'
import type { RingSeries } from './series.js'
import { type RingChange, SharedRing } from './shared-ring.js'
import { createMemoryRings } from './store.js'
import { type OpenedKey, type RingKeyStatus, type RingView, statusOf, viewAt } from './view.js'

/** A ring in use: the last state read from the store, at the current time. */
export class LiveRing {
  readonly #options: PinnedRingOptions
  readonly #keys: RingSeries
  readonly #now: () => number
  readonly #shared: SharedRing
  readonly #maintenance: Maintenance
  #state = emptyRing
  #opened: ReadonlyMap<string, OpenedKey> = new Map()
  #view: RingView
  #generation = 0
  /** As in the last events; `undefined` until the ring was read. */
  #placed: PlacedKeys | undefined
  /** Revoked in this process; not trusted even if the store could not be updated. */
  readonly #revoked = new Set<string>()
  #needsMaintenance = false

  constructor(options: PinnedRingOptions, keys: RingSeries, now: () => number) {
    this.#options = options
    this.#keys = keys
    this.#now = now
    this.#shared = new SharedRing({ ...options, store: options.store ?? createMemoryRings(), now })
    this.#view = viewAt([], this.#opened, now())
    this.#maintenance = new Maintenance(options, now, () => this.open())
  }

  /** Reads the ring, or creates it if there is none. */
  open(): Promise<void> {
    return this.#update((state) => this.#maintained(state))
  }

  get generation(): number {
    this.#look()
    return this.#generation
  }

  /** Cached results are not used while another process may have revoked their key unnoticed. */
  use(): boolean {
    const now = this.#now()
    this.#look(now)
    return this.#maintenance.isUsable(now)
  }

  select(header: KeySelector): MaybePromise<readonly Key[]> {
    return chain(this.use() ? undefined : this.ready(), () => this.#look().keys.select(header))
  }

  /** The algorithms of its options, and those whose last keys are still trusted. */
  mayServe(header: KeySelector, operation: keyof KeyOperations): boolean {
    const { alg, enc } = header
    const isMade = this.#keys.series.some(({ id }) => id === alg || id === seriesId(alg, enc))
    const use = operation === 'sign' || operation === 'verify' ? 'sig' : 'enc'
    const isForUse = isAlgorithm(alg) && useOf(alg) === use
    if (isMade && isForUse) return true
    const keys = this.#look().keys.select(header)
    return isPromise(keys) || keys.some((key) => keyMaterial(key).operations[operation] !== undefined)
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

  /** Waits only if the store was last read longer ago than allowed. */
  ready(): MaybePromise<void> {
    const now = this.#now()
    this.#look(now)
    return this.#maintenance.ready(now)
  }

  async rotate(alg?: string): Promise<void> {
    if (this.#maintenance.isStale(this.#now())) await this.open()
    const { entries } = this.#state
    const now = this.#now()
    const active = entries.filter((entry) => phaseAt(entry, now) === 'active')
    const chosen = active.filter(({ jwk }) => alg === undefined || jwk.alg === alg)
    if (chosen.length === 0)
      throw new TypeError('rotate: the ring has no active key for this algorithm; status() lists its keys')
    await this.#update(async (state) => {
      let next = await this.#maintained(state)
      for (const { series, jwk } of chosen) next = rotated(next, series, jwk.kid, this.#now())
      return this.#maintained(next)
    })
  }

  async revoke(kid: string): Promise<void> {
    const isKnown = this.#revoked.has(kid) || this.#state.entries.some(({ jwk }) => jwk.kid === kid)
    this.#revoked.add(kid)
    this.#adopt(this.#state, this.#opened)
    await this.#update((state) => {
      const entry = state.entries.find(({ jwk }) => jwk.kid === kid)
      if (!isKnown && entry === undefined && !state.revoked.includes(kid)) {
        this.#revoked.delete(kid)
        throw new TypeError('revoke: the ring has no key with this kid; status() lists its keys')
      }
      return this.#maintained(state, entry?.series)
    })
  }

  async retire(alg: string): Promise<void> {
    if (this.#keys.series.some(({ id }) => id === alg || id.startsWith(`${alg} `))) {
      throw new TypeError(`retire: ${alg} is still in the option keys of this ring; remove it there first`)
    }
    await this.#update((state) => {
      const ids = state.entries.filter(({ jwk }) => jwk.alg === alg).map(({ series }) => series)
      const next = ids.reduce((current, id) => retired(current, id, this.#now()), state)
      return this.#maintained(next)
    })
  }

  start(): void {
    this.#maintenance.start()
  }

  stop(): void {
    this.#maintenance.stop()
  }

  #maintained(state: RingState, urgent?: string): Promise<RingState> {
    return maintain(this.#withoutRevoked(state), this.#keys.series, this.#options.timing, this.#now, urgent)
  }

  #withoutRevoked(state: RingState): RingState {
    const now = this.#now()
    return [...this.#revoked].reduce((current, kid) => revoked(current, kid, now), state)
  }

  async #update(change: (state: RingState) => Promise<RingState>): Promise<void> {
    let opened = this.#opened
    const state = await this.#shared.update(async (before, readAt) => {
      await this.#adoptStored(before, readAt)
      const changed = await change(before)
      // Before it is saved: a key that cannot be opened must not be published.
      opened = await this.#openAll(changed)
      return changed
    })
    this.#adopt(state, opened)
  }

  /** Changes by other processes take effect immediately, even if this process's own change fails. */
  async #adoptStored(...[state, readAt]: Parameters<RingChange>): Promise<void> {
    const { size } = this.#revoked
    for (const kid of state.revoked) this.#revoked.add(kid)
    // First, because a key that cannot be opened here must not keep revoked ones trusted.
    if (this.#revoked.size > size) this.#adopt(this.#state, this.#opened)
    if (state !== emptyRing) this.#adopt(state, await this.#openAll(state))
    this.#maintenance.checked(readAt)
  }

  async #openAll({ entries }: RingState): Promise<ReadonlyMap<string, OpenedKey>> {
    const opened = new Map<string, OpenedKey>()
    const now = this.#now()
    for (const entry of entries) {
      const { kid } = entry.jwk
      if (phaseAt(entry, now) === 'gone') continue
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
    this.#needsMaintenance = needsMaintenance(this.#state, this.#keys.series, this.#options.timing, now)
    if ([...before].some((kid) => !this.#view.kids.has(kid))) this.#generation++
    this.#emitChanges(now)
  }

  #emitChanges(now: number): void {
    if (this.#state === emptyRing) return
    const { emit, name } = this.#options
    const ring = name === undefined ? {} : { ring: name }
    const [before, after] = [this.#placed, placedKeys(this.#state, now)]
    this.#placed = after
    if (before === undefined) emit({ type: 'opened', ...ring, keys: after.size })
    else
      for (const event of keyChanges(before, after, (kid) => this.#revoked.has(kid)))
        emit({ ...event, ...ring })
  }

  /** The current view. Starts due maintenance in the background. */
  #look(now = this.#now()): RingView {
    if (now < this.#view.from || now >= this.#view.until) this.#show(now)
    this.#maintenance.begin(now, this.#needsMaintenance)
    return this.#view
  }
}
