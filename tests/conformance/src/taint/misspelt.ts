/** Hands a value where its type does not let it: what is tested is what is said about it. */
export const misspelt = <T>(value: unknown): T => value as T
