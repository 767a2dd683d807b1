import { isScope, scopeNames } from './scope-names.js'

/** Scopes that include others, such as `{ 'orders:write': ['orders:read'] }`. */
export type ScopeImplies = Readonly<Record<string, string | readonly string[]>>

/**
 * Reads the option `scopeImplies`.
 *
 * @returns A function that adds all implied scopes, directly or indirectly; `undefined` if there are none.
 * @throws {TypeError} for anything but lists of scopes.
 */
export function scopeImpliesOption(
  implies: ScopeImplies | undefined,
): ((scopes: readonly string[]) => readonly string[]) | undefined {
  if (implies === undefined) return undefined
  const wayOut = "must be an object of lists of scopes, such as { 'orders:write': ['orders:read'] }"
  if (typeof implies !== 'object' || implies === null || Array.isArray(implies)) {
    throw new TypeError(`scopeImplies: ${wayOut}`)
  }
  const direct = new Map(
    Object.entries(implies).map(([scope, implied]) => {
      if (!isScope(scope)) throw new TypeError(`scopeImplies: ${wayOut}`)
      return [scope, scopeNames(`scopeImplies["${scope}"]`, implied, wayOut)] as const
    }),
  )
  return (scopes) => {
    const all = new Set(scopes)
    // Iterating a Set includes members added during iteration, and a cycle adds each scope once.
    for (const scope of all) for (const implied of direct.get(scope) ?? []) all.add(implied)
    return [...all]
  }
}
