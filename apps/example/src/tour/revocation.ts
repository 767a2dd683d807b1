import { decodeUnverified } from '@sealbearer/core/jose'
import type { Example } from '../example.js'
import { logInForToken } from './log-in.js'
import { type Scene, scene } from './scene.js'

/** A key may be in other hands: from now on, no token of it counts. */
export async function revocation(example: Example): Promise<readonly Scene[]> {
  const { keys, policyParts } = example
  const postcard = await logInForToken(example, { username: 'ben', form: 'signed' })
  const letter = await logInForToken(example, { username: 'ben', form: 'nested' })
  const before = await scene(example, "Ben's postcard", 200, postcard)

  await keys.signing.revoke(kidOf(postcard))
  // By themselves the servers would look again within the max-age; the operator tells them now.
  await policyParts.issuerKeys.refresh()

  const after = await scene(example, 'the same, once its key is revoked', 401, postcard)
  const fresh = await logInForToken(example, { username: 'ben', form: 'signed' })
  return [
    before,
    after,
    await scene(example, 'a letter of his, signed with another key', 200, letter),
    await scene(example, 'a postcard from a new login', 200, fresh),
  ]
}

function kidOf(token: string): string {
  const kid = decodeUnverified(token)?.protectedHeader?.['kid']
  if (typeof kid !== 'string') throw new Error('the token service leaves out the key ID')
  return kid
}
