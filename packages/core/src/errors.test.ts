import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type ErrorCode, errorTable, isSealbearerError, SealbearerError } from './errors.js'

// The keys of a constant.
const codes = Object.keys(errorTable) as ErrorCode[]

test.each(codes)('%s takes status and text from its row', (code) => {
  const error = new SealbearerError(code)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'SealbearerError',
    code,
    status: errorTable[code].status,
    message: errorTable[code].message,
    parameter: undefined,
    headers: undefined,
    body: undefined,
  })
  expect(error.cause).toBeUndefined()
})

test.each(codes)('%s has a wire value that its status allows', (code) => {
  const row: { status: number; wire?: string } = errorTable[code]
  const allowed: Record<number, readonly (string | undefined)[]> = {
    400: ['invalid_request'],
    401: ['invalid_token', undefined],
    403: ['insufficient_scope', 'invalid_request'],
    500: [undefined],
    503: [undefined],
  }
  expect(allowed[row.status]).toContain(row.wire)
})

test('names the parameter at fault', () => {
  const error = new SealbearerError('SB_CLAIM_MISSING', 'sub')
  expect(error.parameter).toBe('sub')
  expect(error.message).toBe('a required claim is absent ("sub")')
})

test('carries the answer to a request', () => {
  const response = { status: 401, headers: { 'Cache-Control': 'no-store' }, body: { error_description: 'x' } }
  expect(new SealbearerError('SB_TOKEN_EXPIRED', undefined, response)).toMatchObject({
    headers: response.headers,
    body: response.body,
  })
})

test('says its name to an inspector', () => {
  expect(inspect(new SealbearerError('SB_TOKEN_EXPIRED'))).toContain('SB_TOKEN_EXPIRED')
})

describe('isSealbearerError', () => {
  test.each([
    ['one of ours', new SealbearerError('SB_TOKEN_EXPIRED')],
    [
      'one of another copy',
      Object.assign(new Error('x'), { name: 'SealbearerError', code: 'SB_TOKEN_EXPIRED' }),
    ],
  ])('knows %s', (_, error) => {
    expect(isSealbearerError(error)).toBe(true)
  })

  test.each([
    ['another error', new TypeError('x')],
    ['another error with a code', Object.assign(new Error('x'), { code: 'SB_TOKEN_EXPIRED' })],
    ['an object that looks like one', { name: 'SealbearerError', code: 'SB_TOKEN_EXPIRED' }],
    ['text', 'SB_TOKEN_EXPIRED'],
    ['nothing', undefined],
    ['null', null],
  ])('does not take %s for one', (_, error) => {
    expect(isSealbearerError(error)).toBe(false)
  })
})
