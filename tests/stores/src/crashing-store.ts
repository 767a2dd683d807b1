import type { RevocationStore, SessionStore } from '@sealbearer/core/stores'

/** What a process needs of a store. */
export type Store = SessionStore & RevocationStore

/** Where a process dies: at which of its next operations, and whether that one is still done. */
export interface Crash {
  readonly operation: number
  readonly isDone: boolean
}

/** A store whose process can die between any two of its steps. */
export interface CrashingStore {
  readonly store: Store
  /** Plans the end of the process; `undefined` for none. */
  crash(crash: Crash | undefined): void
  /** Resolves when nothing is under way any more, reports included. */
  settled(): Promise<void>
}

const operations = [
  ...['create', 'read', 'rotate', 'markSeen', 'end', 'endAll', 'list', 'link', 'takeLinked', 'append'],
] as const satisfies readonly (keyof Store)[]

export function createCrashingStore(inner: Store): CrashingStore {
  let planned: Crash | undefined
  let count = 0
  let isDead = false
  const underWay = new Set<Promise<unknown>>()

  async function run(operation: () => Promise<unknown>): Promise<unknown> {
    if (isDead) throw new Error('the process is dead')
    const dies = planned !== undefined && count++ === planned.operation
    if (dies) isDead = true
    if (!dies || planned?.isDone) {
      const result = await operation()
      if (!dies) return result
    }
    throw new Error('the process died')
  }

  const guarded = operations.map((name) => {
    const operation: (input: never) => Promise<unknown> = inner[name]
    const wrapped = (input: never): Promise<unknown> => {
      const done = run(() => operation(input))
      const noted = done.catch(() => {}).finally(() => underWay.delete(noted))
      underWay.add(noted)
      return done
    }
    return [name, wrapped] as const
  })
  return {
    // The same operations under the same names.
    store: { ...inner, ...Object.fromEntries(guarded) } as Store,
    crash(crash) {
      planned = crash
      count = 0
    },
    async settled() {
      // A report begins after the answer that it is about.
      await new Promise((resolve) => setImmediate(resolve))
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
