import { describe, expect, test } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import {
  FetchFailure,
  type FetchInit,
  type FetchLimits,
  type FetchResponse,
  fetchJson,
} from './fetch-json.js'

const url = new URL('https://auth.example.com/jwks?tenant=1')
const json = '{"keys":[]}'

/** An answer in so many pieces. */
function answer(
  pieces: readonly (string | undefined)[],
  parts: { status?: number; type?: string | null } = {},
): FetchResponse {
  const { status = 200, type = 'application/json' } = parts
  const left = [...pieces]
  const read = async () =>
    left.length === 0
      ? { done: true }
      : { done: false, value: left[0] === undefined ? void left.shift() : Buffer.from(left.shift() ?? '') }
  return {
    status,
    headers: { get: (name) => (name.toLowerCase() === 'content-type' ? type : null) },
    body: { getReader: () => ({ read, cancel: async () => {} }) },
  }
}

const load = (response: FetchResponse, limits: Partial<FetchLimits> = {}) =>
  fetchJson(url, { fetch: async () => response, timeout: 5, maxBytes: 1000, ...limits })

const failure = (reason: string, status?: number) => ({
  name: 'FetchFailure',
  message: reason,
  reason,
  facts: status === undefined ? {} : { status },
})

test('requests JSON once, and follows no redirect', async () => {
  const asked: [string, FetchInit][] = []
  const fetch = async (address: string, init: FetchInit) => {
    asked.push([address, init])
    return answer([json])
  }
  expect((await load(answer([]), { fetch })).document).toEqual({ keys: [] })
  expect(asked).toEqual([
    [
      url.href,
      {
        method: 'GET',
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'manual',
        signal: expect.any(AbortSignal),
      },
    ],
  ])
})

test.each([
  { title: 'hidden, as browsers hide a redirect', status: 0, reason: 'redirect' },
  { title: '300', status: 300, reason: 'redirect' },
  { title: '302', status: 302, reason: 'redirect' },
  { title: '399', status: 399, reason: 'redirect' },
  { title: '400', status: 400, reason: 'status' },
  { title: '404', status: 404, reason: 'status' },
  { title: '503', status: 503, reason: 'status' },
  { title: '201', status: 201, reason: 'status' },
  { title: '206', status: 206, reason: 'status' },
  { title: '299', status: 299, reason: 'status' },
])('a status $title is a failure: $reason', async ({ status, reason }) => {
  await expect(load(answer([json], { status }))).rejects.toMatchObject(failure(reason, status))
  await expect(load(answer([json]))).resolves.toMatchObject({ document: { keys: [] } })
})

test.each([
  'application/json',
  'Application/JSON; charset=utf-8',
  ' application/json ;charset=utf-8',
  'application/jwk-set+json',
  'application/vnd.example.v1+json',
  'application/a-b_c+json',
])('accepts the media type %j', async (type) => {
  expect((await load(answer([json], { type }))).document).toEqual({ keys: [] })
})

test.each([
  null,
  '',
  'text/html',
  'text/json',
  'application/jsonp',
  'application/json5',
  'application/xjson',
  'application/+json',
  'application/a b+json',
  'application/jwk-set+xml',
  'x-application/json',
  'text/html, application/json',
  'application/json, text/html',
])('refuses the media type %j', async (type) => {
  await expect(load(answer([json], { type }))).rejects.toMatchObject(failure('media-type', 200))
})

describe('the body', () => {
  test.each<[string, readonly (string | undefined)[]]>([
    ['one piece', ['{"keys":[{"kty":"EC"}]}']],
    ['several pieces', ['{"keys"', ':[{"k', 'ty":"EC"', '}]}']],
    ['an empty piece', ['{"keys":', '', '[{"kty":"EC"}]}']],
    ['an invalid piece', ['{"keys":', undefined, '[{"kty":"EC"}]}']],
  ])('of %s is read as a whole', async (_, pieces) => {
    expect((await load(answer(pieces))).document).toEqual({ keys: [{ kty: 'EC' }] })
  })

  test('may start with a byte order mark', async () => {
    await expect(load(answer([`\ufeff${json}`]))).resolves.toBeDefined()
  })

  test('may have the maximum length, and no more', async () => {
    const maxBytes = json.length
    await expect(load(answer([json]), { maxBytes })).resolves.toBeDefined()
    await expect(load(answer([json.slice(0, 4), json.slice(4)]), { maxBytes })).resolves.toBeDefined()
    await expect(load(answer([json, ' ']), { maxBytes })).rejects.toMatchObject(failure('too-large', 200))
    await expect(load(answer([`${json} `]), { maxBytes })).rejects.toMatchObject(failure('too-large', 200))
  })

  test('that is too long is not read to its end, even if the stream cannot be cancelled', async () => {
    let reads = 0
    let isCancelled = false
    const reader = {
      read: async () => ({ done: reads++ > 1000, value: Buffer.alloc(100) }),
      cancel: () => {
        isCancelled = true
        return Promise.reject(new Error('cannot be cancelled'))
      },
    }
    const endless = { ...answer([]), body: { getReader: () => reader } }
    await expect(load(endless)).rejects.toMatchObject(failure('too-large', 200))
    expect(isCancelled).toBe(true)
    expect(reads).toBe(11)
  })

  test.each<[string, FetchResponse['body']]>([
    ['none', null],
    ['an empty one', answer([]).body],
    ['no JSON', answer(['keys']).body],
    ['a list', answer(['[]']).body],
    ['two byte order marks', answer(['\ufeff\ufeff{"keys":[]}']).body],
    ['a byte order mark within', answer(['{\ufeff"keys":[]}']).body],
    [
      'no UTF-8',
      { getReader: () => new Response(Buffer.from('7b22ff22', 'hex')).body?.getReader() ?? untyped(null) },
    ],
  ])('is malformed: %s', async (_, body) => {
    await expect(load({ ...answer([]), body })).rejects.toMatchObject(failure('malformed', 200))
  })
})

test('a failure of fetch itself is reported as network, and not quoted', async () => {
  const fetch = () => Promise.reject(new TypeError('https://auth.example.com/jwks?secret'))
  const thrown = await load(answer([]), { fetch }).catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(FetchFailure)
  expect(thrown).toMatchObject(failure('network'))
  expect(thrown).not.toHaveProperty('cause')
})

test('a late response ends the request', async () => {
  let signal: FetchInit['signal'] | undefined
  const fetch = (_: string, init: FetchInit) => {
    signal = init.signal
    return new Promise<FetchResponse>(() => {})
  }
  await expect(load(answer([]), { fetch, timeout: 0.01 })).rejects.toMatchObject(failure('timeout'))
  expect(signal?.aborted).toBe(true)
})
