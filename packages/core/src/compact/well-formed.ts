const loneSurrogate = /\p{Surrogate}/u

/** Tells whether all text in a JSON value, names included, is well-formed Unicode: no half of a surrogate pair. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !loneSurrogate.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, child]) => isWellFormed(name) && isWellFormed(child))
}
