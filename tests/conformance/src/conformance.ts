import type { Authenticator } from '@sealbearer/core'
import { createKeys } from './keys.js'
import { createPolicies, type PolicyName } from './policies.js'
import { createTokens, type Tokens } from './tokens.js'

/** One set of keys: the tokens made with them, and the authenticators that trust them. */
export interface Conformance {
  readonly tokens: Tokens
  readonly policies: Readonly<Record<PolicyName, Authenticator>>
}

/** Makes keys, policies and token makers. A function, since some runtimes make no keys while they load modules. */
export async function createConformance(): Promise<Conformance> {
  const keys = await createKeys()
  return { tokens: createTokens(keys), policies: createPolicies(keys) }
}
