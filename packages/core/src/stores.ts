export {
  createMemoryStore,
  type KeyStore,
  type MemoryStore,
  type MemoryStoreOptions,
} from './stores/memory-store.js'
export type { ReplayStore } from './stores/replay-store.js'
export type {
  Revocation,
  RevocationChanges,
  RevocationKind,
  RevocationStore,
} from './stores/revocation-store.js'
export {
  type RefusalKind,
  type ReuseKind,
  type RotationPolicy,
  type RotationResult,
  recordVersion,
  rotate,
  type SessionRecord,
  type UseResult,
  use,
} from './stores/rotation.js'
export type {
  At,
  Created,
  Link,
  NewSession,
  Presented,
  SessionKey,
  SessionStore,
  Used,
} from './stores/session-store.js'
