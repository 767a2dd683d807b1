const refuse = (): never => {
  throw new TypeError('this set is shared between requests; copy it with new Set(…) to change it')
}

/** Freezing a `Set` does not stop `add`: its own methods have to. */
const refusals: PropertyDescriptorMap = Object.fromEntries(
  ['add', 'delete', 'clear'].map((method) => [method, { value: refuse }]),
)

const empty: ReadonlySet<string> = freeze([])

function freeze(values: readonly string[]): ReadonlySet<string> {
  return Object.freeze(Object.defineProperties(new Set(values), refusals))
}

/** Makes a set that several requests can share. */
export const frozenSet = (values: readonly string[]): ReadonlySet<string> =>
  values.length === 0 ? empty : freeze(values)
