import { createIssuer } from '@sealbearer/core'
import type { Example } from '../example.js'
import { createIssuers } from '../issuers.js'
import { lifetime, parties } from '../parties.js'
import { logInForToken } from './log-in.js'
import { type Scene, scene } from './scene.js'

const claims = { sub: 'carol', scope: 'orders:read', roles: ['admin'] }

/** Our issuer and the partner's: each with its own users, keys and name. */
export async function twoIssuers(example: Example): Promise<readonly Scene[]> {
  const { partner, keys } = example
  const ada = await logInForToken(example, { username: 'ada', form: 'signed' })
  const carol = await partner.issuer.issue(claims)
  const inOurName = createIssuer({
    ...parties,
    lifetime,
    signature: { algorithm: 'ES256', keys: partner.key },
  })
  const impostor = await inOurName.issue(claims)
  const inTheirName = await createIssuers(keys, { issuer: partner.url }).signed.issue(claims)
  return [
    await scene(example, 'our Ada reads orders', 200, ada, '/orders'),
    await scene(example, "the partner's Carol reads orders", 200, carol.token, '/orders'),
    await scene(example, 'our Ada is an admin', 200, ada, '/admin'),
    await scene(example, 'the partner calls Carol an admin', 403, carol.token, '/admin'),
    await scene(example, "signed with the partner's key, in our name", 401, impostor.token),
    await scene(example, "signed with our key, in the partner's name", 401, inTheirName.token),
  ]
}
