import { algorithms, isAlgorithm } from '../crypto/algorithms.js'
import type { Key, KeySelector } from '../keys/key.js'
import { chain, type MaybePromise } from '../maybe-promise.js'
import type { RemoteKeys } from './remote-keys.js'
import type { SharedLoads } from './shared-loads.js'

const isSymmetric = (alg: string): boolean => isAlgorithm(alg) && algorithms[alg].kty.includes('oct')

/** Decides for each request whether it is served at once, waits for a load, or makes one begin. */
export class RemoteChoice {
  readonly #keys: RemoteKeys
  readonly #loads: SharedLoads
  readonly #now: () => number

  constructor(keys: RemoteKeys, loads: SharedLoads, now: () => number) {
    this.#keys = keys
    this.#loads = loads
    this.#now = now
  }

  select(header: KeySelector): MaybePromise<readonly Key[]> {
    // Nobody publishes a secret, so no load can find the key of such a token.
    if (isSymmetric(header.alg)) return []
    const now = this.#now()
    const load = this.#loadToWaitFor(now)
    if (load !== undefined) return load.then(() => this.#afterLoad(header))
    return chain(this.#keys.held.select(header), (found) => (found.length > 0 ? found : this.#seek(header)))
  }

  use(): boolean {
    const now = this.#now()
    switch (this.#keys.schedule.condition(now)) {
      case 'fresh':
        return true
      case 'due':
        return this.#refreshBehind(now)
      case 'stale':
        return this.#keys.schedule.failures > 0 && this.#refreshBehind(now)
      default:
        return false
    }
  }

  /** `undefined` where the request can be served with the keys at hand. */
  #loadToWaitFor(now: number): Promise<void> | undefined {
    const { schedule } = this.#keys
    const { current } = this.#loads
    switch (schedule.condition(now)) {
      case 'fresh':
        return undefined
      case 'due':
        return schedule.mayTry(now) ? this.#loads.startBehind(now) : undefined
      case 'stale':
        // Nobody has asked for some time, so a key may be gone. A provider known to fail is not waited for.
        if (schedule.failures === 0) return this.#loads.isElsewhere(now) ? undefined : this.#loads.join(now)
        return schedule.mayTry(now) ? this.#loads.startBehind(now) : undefined
      default:
        if (current === undefined && !schedule.mayTry(now)) throw this.#keys.unavailable()
        return this.#loads.join(now)
    }
  }

  /** @returns `false` where only a request that waits can load the keys. */
  #refreshBehind(now: number): boolean {
    if (!this.#keys.schedule.mayTry(now) || this.#loads.isElsewhere(now)) return true
    if (!this.#loads.canLoadBehind) return false
    this.#loads.startBehind(now)
    return true
  }

  /** Looks for a key that is not there, which may have been published since. */
  #seek(header: KeySelector): MaybePromise<readonly Key[]> {
    const now = this.#now()
    const { current } = this.#loads
    if (current !== undefined) return current.then(() => this.#afterLoad(header))
    if (this.#loads.isElsewhere(now)) throw this.#keys.unavailable()
    if (!this.#keys.schedule.maySeek(now)) return this.#absent()
    return this.#loads.join(now).then(() => {
      this.#keys.schedule.sought(this.#now())
      return this.#afterLoad(header)
    })
  }

  #afterLoad(header: KeySelector): MaybePromise<readonly Key[]> {
    const now = this.#now()
    this.#keys.checkUsable(now)
    return chain(this.#keys.held.select(header), (found) => {
      if (found.length > 0) return found
      this.#keys.schedule.sought(now)
      return this.#absent()
    })
  }

  /** While the provider fails nobody knows whether the key exists, and the token may be good. */
  #absent(): readonly Key[] {
    if (this.#keys.schedule.failures > 0) throw this.#keys.unavailable()
    return []
  }
}
