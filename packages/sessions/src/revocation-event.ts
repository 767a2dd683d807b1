import type { RevocationKind } from '@sealbearer/core/stores'

/**
 * An event of revocations in this process. Contains no value of a claim.
 *
 * - `revoked`: this process revoked tokens by the claim `claim`; `stored` is false if the store does not have it yet.
 * - `connected`: the store responds, for the first time or again; `lag` is the time in seconds that this process had missed.
 * - `store-lost`: the store does not respond; tokens are rejected or accepted according to `onStoreLost`.
 * - `overflow`: there were more than `maxEntries`: every token issued until now is rejected.
 */
export type RevocationEvent =
  | { readonly type: 'revoked'; readonly claim: RevocationKind; readonly stored: boolean }
  | { readonly type: 'connected'; readonly lag: number }
  | { readonly type: 'store-lost' }
  | { readonly type: 'overflow'; readonly maxEntries: number }

declare module '@sealbearer/core' {
  interface ChannelEvents {
    'sealbearer:revocation': RevocationEvent
  }
}
