/** Passes values that the types forbid, as a JavaScript caller can. */
export const untyped = (value: unknown): never => value as never
