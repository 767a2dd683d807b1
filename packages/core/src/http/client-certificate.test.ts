import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hs256Verifier, tokenWith } from '../../test-kit/hs256.js'
import { now } from '../../test-kit/parties.js'
import { proof, proofPair } from '../../test-kit/proofs.js'
import { bytes } from '../../test-kit/test-keys.js'
import { untyped } from '../../test-kit/untyped.js'
import { createMemoryStore } from '../stores/memory-store.js'
import { createAuthenticator } from './authenticator.js'
import type { AuthenticatorOptions } from './authenticator-options.js'
import { type FromHeaderOptions, fromHeader, fromSocket } from './client-certificate.js'
import { bearer } from './credentials.js'
import { dpop } from './dpop.js'
import { nodeAuthRequest } from './node-request.js'

const verifier = hs256Verifier()
const boundTo = (cnf: unknown): string => tokenWith({ cnf })

// What is in a certificate is looked at by nobody here: the TLS connection has done that.
const certificate = Buffer.from(bytes(601))
const thumbprint = createHash('sha256').update(certificate).digest('base64url')
const bound = boundTo({ 'x5t#S256': thumbprint })

const proxy = '10.0.0.1'
const isProxy = (address: string): boolean => address === proxy

interface Sent {
  readonly token?: string
  readonly scheme?: string
  readonly headers?: readonly (readonly [string, string])[]
  /** What the socket has; `null` for one without TLS. */
  readonly peer?: { readonly raw?: Uint8Array } | null
  readonly from?: string
}

const outcomeOf = (
  options: Partial<AuthenticatorOptions>,
  { token = bound, scheme = 'Bearer', headers = [], peer = null, from = proxy }: Sent = {},
) =>
  createAuthenticator({ verifier, ...options }).authenticate(
    nodeAuthRequest(
      {
        method: 'GET',
        url: '/orders',
        rawHeaders: [['Authorization', `${scheme} ${token}`], ...headers].flat(),
        socket: { remoteAddress: from, ...(peer && { getPeerCertificate: () => peer }) },
      },
      true,
    ),
  )

async function codeOf(...asked: Parameters<typeof outcomeOf>): Promise<string> {
  const outcome = await outcomeOf(...asked)
  return outcome.ok ? 'accepted' : outcome.error.code
}

describe('RFC 8705 §3: from the socket, a token bound to a certificate', () => {
  const options = { clientCertificate: fromSocket() }

  test.each<[string, Sent, string]>([
    ['with it', { peer: { raw: certificate } }, 'accepted'],
    ['with another', { peer: { raw: certificate.subarray(1) } }, 'SB_CONFIRMATION_MISMATCH'],
    ['with none', { peer: {} }, 'SB_CONFIRMATION_REQUIRED'],
    ['without TLS', {}, 'SB_CONFIRMATION_REQUIRED'],
    [
      'with one in a header',
      { headers: [['Client-Cert', `:${certificate.toString('base64')}:`]] },
      'SB_CONFIRMATION_REQUIRED',
    ],
    [
      'and another member',
      { token: boundTo({ 'x5t#S256': thumbprint, kid: 'a' }), peer: { raw: certificate } },
      'SB_CONFIRMATION_REQUIRED',
    ],
    [
      'in no text',
      { token: boundTo({ 'x5t#S256': 1 }), peer: { raw: certificate } },
      'SB_CONFIRMATION_REQUIRED',
    ],
  ])('%s', async (_, sent, code) => {
    expect(await codeOf(options, sent)).toBe(code)
  })

  test.each([
    ['in base64url', thumbprint, 'accepted'],
    ['with padding', `${thumbprint}=`, 'SB_CONFIRMATION_MISMATCH'],
    ['in base64', Buffer.from(thumbprint, 'base64url').toString('base64'), 'SB_CONFIRMATION_MISMATCH'],
    ['in hexadecimal', Buffer.from(thumbprint, 'base64url').toString('hex'), 'SB_CONFIRMATION_MISMATCH'],
    ['of SHA-1', createHash('sha1').update(certificate).digest('base64url'), 'SB_CONFIRMATION_MISMATCH'],
    ['that is empty', '', 'SB_CONFIRMATION_MISMATCH'],
  ])('RFC 8705 §3.1: by its SHA-256 %s', async (_, value, code) => {
    const token = boundTo({ 'x5t#S256': value })
    expect(await codeOf(options, { token, peer: { raw: certificate } })).toBe(code)
  })

  test.each<[string, Sent['peer']]>([
    ['another', { raw: certificate.subarray(1) }],
    ['no', {}],
  ])('with %s certificate is answered with 401 invalid_token', async (_, peer) => {
    const outcome = await outcomeOf(options, { peer: peer ?? null })
    expect(outcome).toMatchObject({ ok: false, status: 401, body: { error: 'invalid_token' } })
    expect(outcome.headers['WWW-Authenticate']).toMatch(/^Bearer error="invalid_token"/)
  })

  test('is refused without the option clientCertificate', async () => {
    expect(await codeOf({}, { peer: { raw: certificate } })).toBe('SB_CONFIRMATION_REQUIRED')
    expect(await codeOf({ confirmation: 'ignore' })).toBe('accepted')
  })

  test('leaves unbound tokens alone', async () => {
    expect(await codeOf(options, { token: boundTo(undefined) })).toBe('accepted')
  })

  test('bound to a key as well, needs both', async () => {
    const pair = proofPair()
    const both = {
      ...options,
      credentials: [
        dpop({ origin: 'https://api.example.com', replay: createMemoryStore({ now }), now }),
        bearer(),
      ],
    }
    const token = boundTo({ jkt: pair.jkt, 'x5t#S256': thumbprint })
    const peer = { raw: certificate }
    const sent = (): Sent => ({ token, scheme: 'DPoP', headers: [['DPoP', proof(pair, token)]] })
    expect(await codeOf(both, { ...sent(), peer })).toBe('accepted')
    expect(await codeOf(both, sent())).toBe('SB_CONFIRMATION_REQUIRED')
    expect(await codeOf(both, { token, peer })).toBe('SB_CONFIRMATION_REQUIRED')
  })
})

describe('RFC 9440: from a header', () => {
  const base64 = certificate.toString('base64')
  const lines = base64.match(/.{1,64}/g)?.join('\n')
  const pem = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
  const forms = {
    rfc9440: { good: `:${base64}:`, other: `:${certificate.subarray(3).toString('base64')}:` },
    nginx: {
      good: encodeURIComponent(pem),
      other: encodeURIComponent(pem.replace(base64.slice(0, 4), 'AAAA')),
    },
  }

  describe.each(['rfc9440', 'nginx'] as const)('in the format %s', (format) => {
    const options = { clientCertificate: fromHeader('Client-Cert', { format, trusted: isProxy }) }
    const { good, other } = forms[format]

    test.each<[string, Sent, string]>([
      ['the certificate', { headers: [['client-cert', good]] }, 'accepted'],
      ['another', { headers: [['Client-Cert', other]] }, 'SB_CONFIRMATION_MISMATCH'],
      ['none', {}, 'SB_CONFIRMATION_REQUIRED'],
      ['an empty one', { headers: [['Client-Cert', '']] }, 'SB_CONFIRMATION_REQUIRED'],
      [
        'two',
        {
          headers: [
            ['Client-Cert', good],
            ['Client-Cert', good],
          ],
        },
        'SB_CONFIRMATION_REQUIRED',
      ],
      [
        'one by another peer',
        { headers: [['Client-Cert', good]], from: '203.0.113.9' },
        'SB_CONFIRMATION_REQUIRED',
      ],
      ['one in plain base64', { headers: [['Client-Cert', base64]] }, 'SB_CONFIRMATION_REQUIRED'],
      ['one with more behind it', { headers: [['Client-Cert', `${good};a=1`]] }, 'SB_CONFIRMATION_REQUIRED'],
      ['one that is cut off', { headers: [['Client-Cert', good.slice(0, -9)]] }, 'SB_CONFIRMATION_REQUIRED'],
      ['broken encoding', { headers: [['Client-Cert', '%zz']] }, 'SB_CONFIRMATION_REQUIRED'],
      ['in the socket', { peer: { raw: certificate } }, 'SB_CONFIRMATION_REQUIRED'],
    ])('%s', async (_, sent, code) => {
      expect(await codeOf(options, sent)).toBe(code)
    })
  })

  test.each([
    ['a promise', async () => true],
    ['text', () => 'true'],
    ['nothing', () => undefined],
  ])('is trusted only if the function returns true: %s', async (_, trusted) => {
    const clientCertificate = fromHeader('Client-Cert', untyped({ trusted }))
    const headers = [['Client-Cert', forms.rfc9440.good]] as const
    expect(await codeOf({ clientCertificate }, { headers })).toBe('SB_CONFIRMATION_REQUIRED')
  })
})

test.each<[string, FromHeaderOptions]>([
  ['trusted', untyped({})],
  ['trusted', untyped({ trusted: ['10.0.0.1'] })],
  ['format', untyped({ format: 'envoy', trusted: isProxy })],
  ['names', untyped({ trusted: isProxy, names: 1 })],
])('a bad option is a TypeError that names %s', (name, options) => {
  expect(() => fromHeader('Client-Cert', options)).toThrow(TypeError)
  expect(() => fromHeader('Client-Cert', options)).toThrow(name)
  expect(() => fromHeader('no header', { trusted: isProxy })).toThrow('fromHeader')
  expect(() => createAuthenticator({ verifier, clientCertificate: untyped({}) })).toThrow('clientCertificate')
})
