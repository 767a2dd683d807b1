import { sessionKey } from './refresh-token.js'
import type { SessionsPolicy } from './session-options.js'
import type { SessionUse } from './use-reports.js'

/** Reports the use of an access token to the store. A displaced generation is theft: the session ends. */
export async function reportUse(policy: SessionsPolicy, { sid, generation }: SessionUse): Promise<void> {
  const key = sessionKey(sid)
  if (key === undefined) return
  const result = await policy.store.markSeen({ ...key, generation, now: policy.storeNow() })
  if (result.outcome !== 'reuse') return
  policy.emit({ type: 'reuse', sid, kind: result.kind, by: 'access' })
  await policy.revocations?.revoke({ sid }).catch(() => undefined)
}
