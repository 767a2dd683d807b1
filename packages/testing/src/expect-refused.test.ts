import { expect, test } from 'vitest'
import { expectRefused, type TestResponse } from './expect-refused.js'

const challenge = (error?: string): Record<string, string> => ({
  'www-authenticate': `Bearer realm="api"${error === undefined ? '' : `, error="${error}"`}`,
})

test.each<[string, TestResponse, Parameters<typeof expectRefused>[1]]>([
  ['of fetch', new Response('', { status: 401, headers: challenge('invalid_token') }), 'SB_TOKEN_EXPIRED'],
  ['of inject', { statusCode: 403, headers: challenge('insufficient_scope') }, 'SB_SCOPE_INSUFFICIENT'],
  ['without credentials', { status: 401, headers: challenge() }, 'SB_CREDENTIALS_MISSING'],
  [
    'with several challenges',
    {
      status: 401,
      headers: { 'www-authenticate': ['DPoP algs="ES256"', challenge('invalid_token')['www-authenticate']] },
    },
    'SB_TOKEN_EXPIRED',
  ],
  ['503', { status: 503, headers: {} }, 'SB_KEYS_UNAVAILABLE'],
])('accepts a refusal %s', (_, response, code) => {
  expect(() => expectRefused(response, code)).not.toThrow()
})

test.each<[string, TestResponse, Parameters<typeof expectRefused>[1], RegExp]>([
  ['another status', { status: 200, headers: {} }, 'SB_TOKEN_EXPIRED', /status 401, but the status is 200/],
  ['no challenge', { status: 401, headers: {} }, 'SB_TOKEN_EXPIRED', /no challenge/],
  [
    'another error',
    { status: 401, headers: challenge('invalid_request') },
    'SB_TOKEN_EXPIRED',
    /invalid_request/,
  ],
  [
    'an error where there is none',
    { status: 401, headers: challenge('invalid_token') },
    'SB_CREDENTIALS_MISSING',
    /\(none\)/,
  ],
])('refuses %s', (_, response, code, message) => {
  expect(() => expectRefused(response, code)).toThrow(message)
})

test('refuses an unknown code', () => {
  // @ts-expect-error for JavaScript
  expect(() => expectRefused({ status: 401, headers: {} }, 'SB_NOTHING')).toThrow(TypeError)
})
