import { createKey, type Key, keyMaterial } from '../key.js'

/**
 * The same key, left only what those need who accept tokens. What `select` answers of a ring therefore
 * holds at most one key that can sign, or encrypt: the active one.
 */
export function trustOnly(key: Key): Key {
  const { operations, publicJwk } = keyMaterial(key)
  const { verify, decrypt } = operations
  return createKey(key, {
    operations: { ...(verify && { verify }), ...(decrypt && { decrypt }) },
    publicJwk,
    exportableJwk: undefined,
  })
}
