import { createAuthenticator } from '#core/http/authenticator.js'
import { cookie } from '#core/http/cookie-credentials.js'
import { bearer } from '#core/http/credentials.js'
import { dpop } from '#core/http/dpop.js'
import { createGuard } from '#core/http/guard.js'
import { nodeAuthRequest } from '#core/http/node-request.js'
import { createMemoryStore } from '#core/stores/memory-store.js'
import { hs256Verifier } from '#core-test-kit/hs256.js'
import { audience, now } from '#core-test-kit/parties.js'
import { type Family, family, type Policy } from './attack.js'
import { accessToken, proofOf, type Sent } from './proof-requests.js'
import { signed } from './tokens.js'
import { once } from './verifiers.js'

/** A request, as one guard sees it and as the next one does. */
interface Changed {
  readonly first: Sent
  readonly change: Partial<Sent>
}

/** Two guards of one authenticator, with middleware between them. */
const guardedTwice: Policy = once(async () => {
  const authenticator = createAuthenticator({
    verifier: hs256Verifier(),
    credentials: [
      dpop({ origin: audience, replay: createMemoryStore({ now }), now }),
      bearer(),
      cookie('__Host-access'),
    ],
  })
  const [before, after] = [createGuard(authenticator), createGuard(authenticator, { where: () => true })]
  return {
    async verify(changed) {
      // Every token of this policy is one.
      const { first, change } = changed as Changed
      const owner = {}
      for (const [guard, sent] of [
        [before, first],
        [after, { ...first, ...change }],
      ] as const) {
        const outcome = await guard(nodeAuthRequest(sent, true), owner)
        if (!outcome.ok) throw outcome.error
      }
    },
  }
})

const proven =
  (change: (sent: Sent) => Partial<Sent>, method = 'GET', scheme = 'DPoP') =>
  (): Changed => {
    const proof = proofOf(accessToken, { claims: { htm: method } })
    const rawHeaders = ['Authorization', `${scheme} ${accessToken}`, 'DPoP', proof]
    const first = { method, url: '/orders', rawHeaders }
    return { first, change: change(first) }
  }
const inCookie =
  (method: string, next: string, more: readonly string[] = []) =>
  (): Changed => ({
    first: { method, url: '/orders', rawHeaders: ['Cookie', `__Host-access=${signed()}`, ...more] },
    change: { method: next },
  })

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'get']
const otherTargets = ['/orders/', '/Orders', '/orders/1', '//orders', '/orders%2F', '/', '/admin', '']
const sameTargets = ['/orders?all', '/orders#top', '/%6Frders', '/./orders', '/a/../orders']
const unsafe = ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY', 'get']
const withSlash = (sent: Sent): Partial<Sent> => ({ url: `${sent.url}?again` })

export const guardedTwiceRequests: Family = family(
  'requests: changed between two guards',
  { policy: guardedTwice, source: 'RFC 9449 §4.3' },
  [
    ...methods.flatMap((method) =>
      methods
        .filter((other) => other !== method)
        .map((other) => ({
          what: `a proof for ${method}, then ${other}`,
          code: 'SB_PROOF_INVALID' as const,
          token: proven(() => ({ method: other }), method),
          twin: proven(() => ({ method }), method),
        })),
    ),
    ...otherTargets.map((url, index) => ({
      what: `a proof for /orders, then ${JSON.stringify(url)}`,
      code: 'SB_PROOF_INVALID' as const,
      token: proven(() => ({ url })),
      twin: proven(() => ({ url: sameTargets[index % sameTargets.length] ?? '/orders' })),
    })),
    {
      what: 'a proof under DPoP, then its token under Bearer',
      code: 'SB_CONFIRMATION_REQUIRED',
      token: proven(({ rawHeaders }) => ({
        rawHeaders: rawHeaders.map((text) => text.replace(/^DPoP ey/, 'Bearer ey')),
      })),
      twin: proven(withSlash),
    },
    ...unsafe.flatMap((method) => [
      {
        what: `a cookie with GET, then ${method}`,
        source: 'RFC 9110 §9.2.1, RFC 6265 §8.2',
        code: 'SB_CSRF' as const,
        token: inCookie('GET', method),
        twin: inCookie('GET', method, ['Sec-Fetch-Site', 'same-origin']),
      },
      {
        what: `a cookie of another site with HEAD, then ${method}`,
        source: 'RFC 9110 §9.2.1, RFC 6265 §8.2',
        code: 'SB_CSRF' as const,
        token: inCookie('HEAD', method, ['Sec-Fetch-Site', 'cross-site', 'Origin', 'https://evil.example']),
        twin: inCookie('HEAD', 'GET', ['Sec-Fetch-Site', 'cross-site', 'Origin', 'https://evil.example']),
      },
    ]),
  ],
)
