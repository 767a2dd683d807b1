export { type CheckedStore, checkStore } from './check-store.js'
export {
  type DpopClient,
  type DpopClientOptions,
  dpopClient,
  dpopProof,
  type ProofOptions,
} from './dpop-client.js'
export { expectRefused, type TestResponse } from './expect-refused.js'
export type { HostileName } from './issuer/hostile-tokens.js'
export type { Mint, TestClaims } from './issuer/mint.js'
export type { TestSignatureAlgorithm } from './issuer/signing-key.js'
export type { TestClock } from './issuer/test-clock.js'
export {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
} from './issuer/test-issuer.js'
export { type ProviderTokens, providerTokens } from './provider-tokens.js'
export { type NextStore, runHonestSchedule, runThiefSchedule } from './store/schedules.js'
