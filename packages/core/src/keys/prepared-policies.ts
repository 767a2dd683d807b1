type Lists = readonly (readonly unknown[])[]

interface Prepared<T> {
  readonly lists: Lists
  readonly policy: T
}

const isSame = (one: Lists, other: Lists): boolean =>
  one.length === other.length &&
  one.every((list, i) => list.length === other[i]?.length && list.every((item, j) => item === other[i]?.[j]))

/**
 * Caches prepared policies by equal options, so that a function that receives its policy with every call does not
 * validate it each time. Compares keys by identity and lists of algorithms by value.
 */
export class PreparedPolicies<T> {
  readonly #latest = new WeakMap<object, Prepared<T>>()

  /** Returns the policy for these keys and lists, preparing it if needed. Errors of `prepare` are not cached. */
  get(keys: unknown, lists: readonly unknown[], prepare: () => T): T {
    // A list of keys can be changed in place, and invalid options are rejected by `prepare`.
    if (typeof keys !== 'object' || keys === null || Array.isArray(keys) || !lists.every(Array.isArray)) {
      return prepare()
    }
    const latest = this.#latest.get(keys)
    // Every item is a list, as checked above.
    const own = lists as Lists
    if (latest !== undefined && isSame(latest.lists, own)) return latest.policy
    const policy = prepare()
    this.#latest.set(keys, { lists: own.map((list) => [...list]), policy })
    return policy
  }
}
