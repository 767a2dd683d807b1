import { createIssuer, createMemoryStore, type Duration, generateKey } from '@sealbearer/core'
import { expect, test } from 'vitest'
import { createRevocations } from './revocations.js'
import type { SessionsOptions } from './session-options.js'
import { createSessions } from './sessions.js'

const secret = 'a secret of this server, at least 32 bytes'

const issuerFor = async (lifetime: Duration, maxLifetime: Duration = lifetime) =>
  createIssuer({
    ...{ issuer: 'https://auth.example.com', audience: 'https://api.example.com', typ: 'at+jwt' },
    ...{ lifetime, maxLifetime },
    signature: { algorithm: 'HS256', keys: await generateKey('HS256') },
  })

const accessTokens = await issuerFor('15m')
const store = createMemoryStore()
const good = { accessTokens, refreshTokens: { secret }, store }
const revocationsFor = (maxTokenLifetime: Duration) =>
  createRevocations({ store, maxTokenLifetime, onStoreLost: 'refuse' })

test.each([
  {},
  { refreshTokens: { secret: [secret, `${secret}2`], lifetime: '1h', idle: '1h', window: '1h' } },
  { refreshTokens: { secret, lifetime: '15m' } },
  { refreshTokens: { secret, window: { length: '1m', answer: 'same' as const } } },
  { refreshTokens: { secret, window: 0 } },
  { revocations: revocationsFor('15m') },
  { revocations: revocationsFor('1h') },
] satisfies readonly Partial<SessionsOptions>[])('takes %o', (options) => {
  expect(() => createSessions({ ...good, ...options })).not.toThrow()
})

test.each<{ title: string; options: object; message: RegExp }>([
  { title: 'no issuer', options: { accessTokens: undefined }, message: /^accessTokens: required/ },
  { title: 'no store', options: { store: undefined }, message: /^store: must be a session store/ },
  { title: 'a store of claims', options: { store: { claim: store.claim } }, message: /with create\(\)/ },
  { title: 'no refreshTokens', options: { refreshTokens: undefined }, message: /^refreshTokens/ },
  { title: 'no secret', options: { refreshTokens: {} }, message: /^refreshTokens.secret: pass/ },
  {
    title: 'a short secret',
    options: { refreshTokens: { secret: 'short' } },
    message: /^refreshTokens.secret: has only 5 bytes/,
  },
  {
    title: 'a window longer than idle',
    options: { refreshTokens: { secret, idle: '1m', window: '61s' } },
    message: /^refreshTokens.window: is longer than refreshTokens.idle; shorten it/,
  },
  {
    title: 'a refresh lifetime below that of the access token',
    options: { refreshTokens: { secret, lifetime: '14m' } },
    message: /^refreshTokens.lifetime: is shorter than the lifetime of accessTokens.*raise it/,
  },
  {
    title: 'idle longer than the lifetime',
    options: { refreshTokens: { secret, lifetime: '1d', idle: '2d' } },
    message: /^refreshTokens.idle: is longer than refreshTokens.lifetime/,
  },
  { title: 'idle of nothing', options: { refreshTokens: { secret, idle: 0, window: 0 } }, message: /idle/ },
  {
    title: 'another answer in the window',
    options: { refreshTokens: { secret, window: { length: '30s', answer: 'none' } } },
    message: /^refreshTokens.window.answer: must be 'same'/,
  },
  {
    title: 'a window without length',
    options: { refreshTokens: { secret, window: { answer: 'same' } } },
    message: /^refreshTokens.window.length: required/,
  },
  {
    title: 'revocations that forget too early',
    options: { revocations: revocationsFor('14m') },
    message: /^revocations: has a maxTokenLifetime of 840 seconds.*lower the issuer's maxLifetime/,
  },
  { title: 'other revocations', options: { revocations: {} }, message: /createRevocations/ },
  { title: 'invalid claims', options: { claims: {} }, message: /^claims: must be a function/ },
  { title: 'an invalid listener', options: { onEvent: 1 }, message: /^onEvent/ },
  { title: 'no sessions at all', options: { maxSessionsPerSubject: 0 }, message: /^maxSessionsPerSubject/ },
  { title: 'a misspelt option', options: { revocation: 1 }, message: /has no option "revocation"/ },
])('refuses $title', ({ options, message }) => {
  expect(() => createSessions({ ...good, ...options })).toThrow(message)
  expect(() => createSessions({ ...good, ...options })).toThrow(TypeError)
})
