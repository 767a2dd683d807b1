type Lists = readonly (readonly unknown[])[]

interface Prepared<T> {
  readonly lists: Lists
  readonly policy: T
}

const isSame = (one: Lists, other: Lists): boolean =>
  one.length === other.length &&
  one.every((list, i) => list.length === other[i]?.length && list.every((item, j) => item === other[i]?.[j]))

/**
 * Keeps what calls with equal options prepare, so that a function which takes its policy with every call
 * does not check it anew each time. It goes by the very keys and by equal lists of algorithms.
 */
export class PreparedPolicies<T> {
  readonly #latest = new WeakMap<object, Prepared<T>>()

  /** Gives what was prepared for these keys and lists, or prepares it. Whatever `prepare` throws is thrown each time. */
  get(keys: unknown, lists: readonly unknown[], prepare: () => T): T {
    // A list of keys can be changed in place, and wrong options are for `prepare` to refuse.
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
