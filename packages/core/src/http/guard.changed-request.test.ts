import { describe, expect, test } from 'vitest'
import { hs256Verifier, tokenWith } from '../../test-kit/hs256.js'
import { audience, now } from '../../test-kit/parties.js'
import { proof, proofPair } from '../../test-kit/proofs.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import { bearer } from './credentials.js'
import { dpop } from './dpop.js'
import { createGuard } from './guard.js'
import { nodeAuthRequest } from './node-request.js'

const verifier = hs256Verifier()
const pair = proofPair()
const bound = tokenWith({ cnf: { jkt: pair.jkt } })
const unbound = tokenWith()

/** The parts of a request that middleware can change between two guards. */
interface Parts {
  method: string
  originalUrl: string
  scheme: string
  path: string
}
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'get', '']
const targets = [
  '/orders',
  '/orders?page=2',
  '/%6Frders',
  '/a/../orders',
  '/orders/',
  '/Orders',
  '/admin',
  '',
]

const createGuards = () => {
  const replay = createMemoryStore({ now })
  const credentials = [dpop({ origin: audience, replay, now }), bearer()]
  const authenticator = createAuthenticator({ verifier, credentials })
  return [createGuard(authenticator), createGuard(authenticator, { where: () => true })] as const
}

/** Sends a request through two guards, with a change between them, and back. */
async function codes(token: string, sent: Parts, change: Partial<Parts>) {
  const at: Parts = { ...sent }
  const text = proof(pair, token, { claims: { htm: sent.method, htu: `${audience}/orders` } })
  const incoming = {
    get method() {
      return at.method
    },
    get originalUrl() {
      return at.originalUrl
    },
    get url() {
      return at.path
    },
    get rawHeaders() {
      return ['Authorization', `${at.scheme} ${token}`, 'DPoP', text]
    },
  }
  const [first, second] = createGuards()
  const owner = {}
  const run = async (guard: typeof first) => {
    const outcome = await guard(nodeAuthRequest(incoming, true), owner)
    return outcome.ok ? 'accepted' : `${outcome.error.code} ${outcome.error.parameter ?? ''}`.trim()
  }
  const before = await run(first)
  Object.assign(at, change)
  const after = await run(second)
  Object.assign(at, sent)
  return [before, after, await run(second)]
}

const proven: Parts = { method: 'GET', originalUrl: '/orders', scheme: 'DPoP', path: '/orders' }

describe('a proof, when the request changes between two guards', () => {
  test.each(methods)('its method to "%s"', async (method) => {
    const expected = method === 'GET' ? 'accepted' : 'SB_PROOF_INVALID htm'
    expect(await codes(bound, proven, { method })).toEqual(['accepted', expected, 'accepted'])
  })

  test.each(methods.filter((method) => method !== ''))('from the method "%s"', async (method) => {
    const expected = method === 'POST' ? 'accepted' : 'SB_PROOF_INVALID htm'
    expect(await codes(bound, { ...proven, method }, { method: 'POST' })).toEqual([
      'accepted',
      expected,
      'accepted',
    ])
  })

  test.each(targets)('its original URL to "%s"', async (originalUrl) => {
    const isSame = ['/orders', '/orders?page=2', '/%6Frders', '/a/../orders'].includes(originalUrl)
    const expected = isSame ? 'accepted' : 'SB_PROOF_INVALID htu'
    expect(await codes(bound, proven, { originalUrl })).toEqual(['accepted', expected, 'accepted'])
  })

  test.each(targets)('only the URL that routes match, to "%s"', async (path) => {
    expect(await codes(bound, proven, { path })).toEqual(['accepted', 'accepted', 'accepted'])
  })

  test('its scheme to one without a proof', async () => {
    expect(await codes(bound, proven, { scheme: 'Bearer' })).toEqual([
      'accepted',
      'SB_CONFIRMATION_REQUIRED cnf',
      'accepted',
    ])
  })
})

test.each([...methods.map((method) => ({ method })), ...targets.map((originalUrl) => ({ originalUrl }))])(
  'a token without a proof is accepted again with %o',
  async (change) => {
    expect(await codes(unbound, { ...proven, scheme: 'Bearer' }, change)).toEqual([
      'accepted',
      'accepted',
      'accepted',
    ])
  },
)
