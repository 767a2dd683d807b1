import type { KeyRingStore } from '@sealbearer/core/key-ring'
import type { KeyStore, ReplayStore, RevocationStore, SessionStore } from '@sealbearer/core/stores'
import type { StoreCheck } from './store/check.js'
import { keySetChecks } from './store/key-set-checks.js'
import { replayChecks } from './store/replay-checks.js'
import { revocationChecks } from './store/revocation-checks.js'
import { ringChecks } from './store/ring-checks.js'
import { scheduleChecks } from './store/schedule-checks.js'
import { sessionChecks } from './store/session-checks.js'

/** A store with any of the contracts. */
export type CheckedStore = Partial<SessionStore & RevocationStore & ReplayStore & (KeyRingStore | KeyStore)>

/**
 * Runs the test suite that every store must pass, for each contract that the store implements. It takes a few seconds.
 *
 * It uses its own keys, so the store may contain other data; its entries remain until they expire. An existing key ring is not
 * changed; in a store without one, a text that is not a ring remains.
 *
 * Does not check how a store behaves when its engine is restarted, unreachable or full.
 *
 * @param others Further handles to the same data, as in other processes: operations are distributed over all of them.
 * @returns The titles of the checks.
 * @throws {AggregateError} with an error for each check that failed.
 * @example
 * await checkStore(createMemoryStore())
 */
export async function checkStore(
  store: CheckedStore,
  ...others: readonly CheckedStore[]
): Promise<readonly string[]> {
  const stores = [store, ...others]
  const checks = [
    ...checksOf(stores.filter(isSessionStore), [...sessionChecks, ...scheduleChecks]),
    ...checksOf(stores.filter(isRevocationStore), revocationChecks),
    ...checksOf(stores.filter(isReplayStore), replayChecks),
    ...checksOf(stores.filter(isKeyStore), [...ringChecks, ...keySetChecks]),
  ]
  if (checks.length === 0) throw new TypeError('checkStore: the store implements none of the contracts')
  const failures: Error[] = []
  for (const { title, run } of checks) {
    try {
      await run()
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      failures.push(new Error(`${title}: ${reason}`, { cause }))
    }
  }
  if (failures.length > 0) {
    throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'))
  }
  return checks.map(({ title }) => title)
}

/** Returns the checks of a contract, if the store has it. Successive operations use successive stores. */
function checksOf<S>(stores: readonly S[], checks: readonly StoreCheck<S>[]) {
  const [first] = stores
  if (first === undefined) return []
  let count = 0
  const next = (): S => stores[count++ % stores.length] ?? first
  return checks.map(({ title, run }) => ({ title, run: () => run(next) }))
}

const has = (store: CheckedStore, names: readonly (keyof CheckedStore)[]): boolean =>
  names.every((name) => typeof store[name] === 'function')

const isSessionStore = (store: CheckedStore): store is SessionStore =>
  has(store, ['create', 'read', 'rotate', 'markSeen', 'end', 'endAll', 'list', 'link', 'takeLinked'])

const isRevocationStore = (store: CheckedStore): store is RevocationStore =>
  has(store, ['append', 'snapshot', 'subscribe'])

const isReplayStore = (store: CheckedStore): store is ReplayStore => has(store, ['claim'])

/** A store for a key ring alone has the same methods: the checks of key sets tell the two apart. */
const isKeyStore = (store: CheckedStore): store is KeyStore => has(store, ['load', 'save'])
