import { isCloudflareWorkers } from '../cloudflare-workers.js'

/** Keeps the runtime alive for a promise after the response was sent. */
export type WaitUntil = (promise: Promise<unknown>) => void

/** Runs one load at a time, as far as the runtime allows it. */
export interface SharedLoads {
  /** The load in progress, if this request can wait for it. */
  readonly current: Promise<void> | undefined
  /** Whether a load can continue without a waiting request. */
  readonly canLoadInBackground: boolean
  /** Whether a load is in progress that this request cannot wait for. */
  isElsewhere(now: number): boolean
  /** Starts a load, or joins the one in progress if this request can wait for it. */
  join(now: number): Promise<void>
  /**
   * Starts a load in the background, unless one is in progress.
   *
   * @returns The load if the runtime cannot do that, and the request must wait for it.
   */
  startInBackground(now: number): Promise<void> | undefined
  /** Completes work without a waiting request, like `startInBackground`. */
  continueInBackground(work: Promise<void>): Promise<void> | undefined
}

/** Loads in progress, by name: one at a time, which everyone who asks for it meanwhile shares. */
export class PendingLoads<Result> {
  readonly #loads = new Map<string, Promise<Result>>()

  get(name: string): Promise<Result> | undefined {
    return this.#loads.get(name)
  }

  /** Returns the load of this name, or starts it. */
  join(name: string, start: () => Promise<Result>): Promise<Result> {
    return this.#loads.get(name) ?? this.add(name, start())
  }

  add(name: string, load: Promise<Result>): Promise<Result> {
    this.#loads.set(name, load)
    const ended = (): void => {
      if (this.#loads.get(name) === load) this.#loads.delete(name)
    }
    load.then(ended, ended)
    return load
  }

  /** Lets the next one who asks start another load. */
  forget(name: string): void {
    this.#loads.delete(name)
  }
}

/** A load; never rejects. */
type Load = (now: number) => Promise<void>

/** On most runtimes, requests can wait for each other's I/O. */
export function sharedLoads(load: Load, waitUntil: WaitUntil | undefined): SharedLoads {
  const pending = new PendingLoads<void>()
  const join = (now: number): Promise<void> => pending.join('', () => load(now))
  const continueInBackground = (work: Promise<void>): undefined => {
    work.catch(() => {})
    waitUntil?.(work)
  }
  return {
    get current() {
      return pending.get('')
    },
    canLoadInBackground: true,
    isElsewhere: () => false,
    join,
    startInBackground: (now) => (pending.get('') === undefined ? continueInBackground(join(now)) : undefined),
    continueInBackground,
  }
}

/**
 * On workerd, I/O belongs to the request that started it: another request that waits for it hangs, and it ends with its
 * request. So only a time is shared: when the current load started.
 *
 * @param patience Seconds after which a request that started a load must have ended.
 */
export function separateLoads(load: Load, waitUntil: WaitUntil | undefined, patience: number): SharedLoads {
  let beganAt: number | undefined
  const isElsewhere = (now: number): boolean =>
    beganAt !== undefined && now >= beganAt && now - beganAt < patience
  const join = async (now: number): Promise<void> => {
    beganAt = now
    await load(now)
    beganAt = undefined
  }
  const continueInBackground = (work: Promise<void>): Promise<void> | undefined => {
    if (waitUntil === undefined) return work
    waitUntil(work)
    return undefined
  }
  return {
    current: undefined,
    canLoadInBackground: waitUntil !== undefined,
    isElsewhere,
    join,
    startInBackground: (now) => (isElsewhere(now) ? undefined : continueInBackground(join(now))),
    continueInBackground,
  }
}

/** Whether the runtime ties I/O to a request. */
export const tiesIoToRequests: () => boolean = isCloudflareWorkers
