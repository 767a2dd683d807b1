import { afterEach, describe, expect, test, vi } from 'vitest'
import { untyped } from '../../test-kit/untyped.js'
import { SealbearerError } from '../errors.js'
import { applyClaimsSchema } from './claims-schema.js'

const schemaOf = (validate: (value: unknown) => unknown): Parameters<typeof applyClaimsSchema>[0] =>
  untyped({ '~standard': { version: 1, vendor: 'test', validate } })
const applied = async (validate: (value: unknown) => unknown): Promise<unknown> => {
  try {
    return await applyClaimsSchema(schemaOf(validate), { sub: 'user_123' })
  } catch (error) {
    return error
  }
}

afterEach(() => void vi.useRealTimers())

describe('a refusal names the claim', () => {
  test.each<[string, unknown, string | undefined]>([
    ['a name', ['tenant'], 'tenant'],
    ['a path', ['address', 'country'], 'address.country'],
    ['a place in a list', ['roles', 0], 'roles.0'],
    ['keys in objects', [{ key: 'address' }, { key: 'country' }], 'address.country'],
    ['a claim with a namespace', ['https://example.com/tenant'], 'https://example.com/tenant'],
    ['four names of six', ['a', 'b', 'c', 'd', 'e', 'f'], 'a.b.c.d'],
    ['no path', undefined, undefined],
    ['an empty path', [], undefined],
    ['a path that is text', 'tenant', undefined],
    ['a symbol', [Symbol('tenant')], undefined],
    ['a name with a line end', ['a\nb'], undefined],
    ['a name with a quote', ['a"b'], undefined],
    ['a long name', ['a'.repeat(65)], undefined],
    ['a name that throws', [{ key: { toString: () => JSON.parse('{') } }], undefined],
  ])('%s', async (_, path, parameter) => {
    const refusal = await applied(() => ({ issues: [{ message: 'is "user_123"', path }] }))
    expect(refusal).toMatchObject({ code: 'SB_CLAIMS_REJECTED', parameter })
    expect(String(refusal)).not.toContain('user_123')
    const later = await applied(async () => ({ issues: [{ message: 'is "user_123"', path }] }))
    expect(later).toMatchObject({ code: 'SB_CLAIMS_REJECTED', parameter })
  })
})

describe('an asynchronous schema', () => {
  test('has five seconds', async () => {
    vi.useFakeTimers()
    const never = applied(() => new Promise(() => {}))
    const late = applied(() => new Promise((resolve) => setTimeout(() => resolve({ value: {} }), 5_001)))
    const inTime = applied(() => new Promise((resolve) => setTimeout(() => resolve({ value: {} }), 4_999)))
    await vi.advanceTimersByTimeAsync(5_001)
    const unavailable = { code: 'SB_STORE_UNAVAILABLE', status: 503, parameter: 'claimsSchema: timeout' }
    expect(await never).toMatchObject(unavailable)
    expect(await late).toMatchObject(unavailable)
    expect(await inTime).toMatchObject({ claims: {} })
  })

  test.each([
    ['SB_STORE_UNAVAILABLE', 'SB_STORE_UNAVAILABLE'],
    ['SB_KEYS_UNAVAILABLE', 'SB_KEYS_UNAVAILABLE'],
    ['SB_TOKEN_EXPIRED', 'SB_CLAIMS_REJECTED'],
  ] as const)('that throws %s is answered with %s', async (thrown, code) => {
    const fail = () => {
      throw new SealbearerError(thrown)
    }
    expect(await applied(fail)).toMatchObject({ code })
    expect(await applied(async () => fail())).toMatchObject({ code })
  })
})
