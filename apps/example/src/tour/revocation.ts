import { decodeUnverified } from '@sealbearer/core/jose'
import type { Example } from '../example.js'
import { logInForToken } from './log-in.js'
import { type Scene, scene } from './scene.js'

/** A key may have leaked: its tokens are rejected from now on. */
export async function revocation(example: Example): Promise<readonly Scene[]> {
  const { keys, policyParts } = example
  const signedToken = await logInForToken(example, { username: 'ben', form: 'signed' })
  const nested = await logInForToken(example, { username: 'ben', form: 'nested' })
  const before = await scene(example, "Ben's signed token", 200, signedToken)

  await keys.signing.revoke(kidOf(signedToken))
  // The servers would load the keys again within the max-age; the operator does it now.
  await policyParts.issuerKeys.refresh()

  const after = await scene(example, 'the same, once its key is revoked', 401, signedToken)
  const fresh = await logInForToken(example, { username: 'ben', form: 'signed' })
  return [
    before,
    after,
    await scene(example, 'a nested token of his, signed with another key', 200, nested),
    await scene(example, 'a signed token from a new login', 200, fresh),
  ]
}

function kidOf(token: string): string {
  const kid = decodeUnverified(token)?.protectedHeader?.['kid']
  if (typeof kid !== 'string') throw new Error('the token has no key ID')
  return kid
}
