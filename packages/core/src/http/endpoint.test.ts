import { expect, test } from 'vitest'
import { SealbearerError } from '../errors.js'
import { createKeyRing } from '../key-ring/key-ring.js'
import { createMemoryRings } from '../key-ring/store.js'
import { type EndpointRequest, endpointAt } from './endpoint.js'
import { createJwksEndpoint } from './jwks-endpoint.js'

const request: EndpointRequest = {
  method: 'GET',
  target: '/',
  secure: true,
  header: () => [],
  text: async () => '',
}
const failing = (error: unknown) => endpointAt('/a', () => Promise.reject(error))
const unavailable = {
  status: 503,
  headers: { 'Retry-After': '5', 'Cache-Control': 'no-store' },
  body: undefined,
}

test.each(['SB_KEYS_UNAVAILABLE', 'SB_STORE_UNAVAILABLE'] as const)(
  '%s is answered with 503',
  async (code) => {
    const error = new SealbearerError(code)
    expect(await failing(error)(request)).toEqual({ ...unavailable, error })
  },
)

test.each([new Error('a defect'), new TypeError('a defect'), new SealbearerError('SB_COOKIE_TOO_LARGE')])(
  'a defect stays one: %s',
  async (error) => {
    await expect(failing(error)(request)).rejects.toBe(error)
  },
)

test('the keys of a ring without its store are unavailable after maxStale, and come back with it', async () => {
  let seconds = 1_893_456_000
  let isAway = false
  const rings = createMemoryRings()
  const ring = await createKeyRing({
    keys: ['ES256'],
    store: {
      load: async () => {
        if (isAway) throw new Error('EIO')
        return rings.load()
      },
      save: (text, replaces) => rings.save(text, replaces),
    },
    maxStale: '1h',
    now: () => new Date(seconds * 1000),
    onError: () => {},
  })
  const endpoint = createJwksEndpoint(ring)
  isAway = true
  seconds += 1_800
  expect(await endpoint(request)).toMatchObject({ status: 200 })
  seconds += 1_801
  expect(await endpoint(request)).toMatchObject(unavailable)
  isAway = false
  seconds += 60
  expect(await endpoint(request)).toMatchObject({ status: 200 })
})
