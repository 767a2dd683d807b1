import type { RevocationKind } from '@sealbearer/core/stores'

/**
 * What happens to revocations, in this process. Contains no value of a claim.
 *
 * - `revoked`: this process revoked tokens by the claim `claim`; `stored` is false if the store does not have it yet.
 * - `connected`: the store answers, for the first time or again; `lag` is the seconds that this process had missed.
 * - `store-lost`: the store does not answer; tokens are refused or accepted as `onStoreLost` says.
 * - `overflow`: there were more than `maxEntries`: every token issued until now is refused.
 */
export type RevocationEvent =
  | { readonly type: 'revoked'; readonly claim: RevocationKind; readonly stored: boolean }
  | { readonly type: 'connected'; readonly lag: number }
  | { readonly type: 'store-lost' }
  | { readonly type: 'overflow'; readonly maxEntries: number }
