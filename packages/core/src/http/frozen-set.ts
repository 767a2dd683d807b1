const refuse = (): never => {
  throw new TypeError('this set is shared between requests; copy it with new Set(…) to change it')
}

/** Freezing a `Set` does not stop `add`: its own methods have to. */
class FrozenSet extends Set<string> {
  constructor(values: readonly string[]) {
    super()
    for (const value of values) super.add(value)
    Object.freeze(this)
  }

  override add(): never {
    return refuse()
  }

  override delete(): never {
    return refuse()
  }

  override clear(): never {
    return refuse()
  }
}

// To whoever looks at one, or compares it with another, it is a Set.
Reflect.deleteProperty(FrozenSet.prototype, 'constructor')

const empty: ReadonlySet<string> = new FrozenSet([])

/** Makes a set that several requests can share. */
export const frozenSet = (values: readonly string[]): ReadonlySet<string> =>
  values.length === 0 ? empty : new FrozenSet(values)
