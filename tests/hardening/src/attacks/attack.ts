import type { ErrorCode } from '#core/error-table.js'

/** Whatever verifies tokens: a verifier, or something made of several. Rejects where it refuses. */
export interface TokenVerifier {
  verify(token: unknown): Promise<unknown>
}

/** Creates the verifier. Rejects with a TypeError where the attack is on what it is made of: a key, an option. */
export type Policy = () => Promise<TokenVerifier>

type Token = () => unknown

/** One attack, and something that differs from it as little as possible and must be accepted. */
export interface Attack {
  readonly what: string
  /** An advisory, or the section that forbids it. */
  readonly source: string
  readonly policy: Policy
  readonly token: Token
  readonly code: ErrorCode | 'TypeError'
  readonly twin: Token
  /** @default the same as that of the attack */
  readonly twinPolicy?: Policy
}

/** Attacks of one kind. */
export interface Family {
  readonly name: string
  readonly attacks: readonly Attack[]
}

/** Fills in what the attacks of a family have in common. */
export function family<Common extends Partial<Attack>>(
  name: string,
  common: Common,
  attacks: readonly (Omit<Attack, keyof Common> & Partial<Attack>)[],
): Family {
  // Every member that an attack may leave out is in `common`.
  return { name, attacks: attacks.map((attack) => ({ ...common, ...attack }) as unknown as Attack) }
}
