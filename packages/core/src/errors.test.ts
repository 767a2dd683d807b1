import { inspect } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ErrorCode, errorTable } from './error-table.js'
import { isSealbearerError, SealbearerError } from './errors.js'

// The keys of a constant.
const codes = Object.keys(errorTable) as ErrorCode[]

test.each(codes)('%s has the status and the text of its row', (code) => {
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
    400: ['invalid_request', 'invalid_grant'],
    401: [
      'invalid_token',
      'invalid_dpop_proof',
      'use_dpop_nonce',
      'insufficient_user_authentication',
      undefined,
    ],
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
  const response = {
    status: 401,
    headers: { 'Cache-Control': 'no-store' },
    body: { error_description: 'x' },
  } as const
  expect(new SealbearerError('SB_TOKEN_EXPIRED', undefined, response)).toMatchObject({
    headers: response.headers,
    body: response.body,
  })
})

test('has its name in util.inspect', () => {
  expect(inspect(new SealbearerError('SB_TOKEN_EXPIRED'))).toContain('SB_TOKEN_EXPIRED')
})

describe('a stack', () => {
  const isRecorded = (code: ErrorCode): boolean => /\n +at /.test(new SealbearerError(code).stack ?? '')

  test.each(codes)('of %s is recorded only where the application is at fault', (code) => {
    expect(isRecorded(code)).toBe(errorTable[code].status === 500)
  })

  test('begins with the name and the message', () => {
    for (const code of ['SB_TOKEN_EXPIRED', 'SB_CLAIM_RESERVED'] as const) {
      expect(new SealbearerError(code).stack?.split('\n')[0]).toBe(
        `SealbearerError: ${errorTable[code].message}`,
      )
    }
  })

  test('is recorded of other errors after the call stack was used up', () => {
    const { stackTraceLimit } = Error
    onTestFinished(() => {
      Error.stackTraceLimit = stackTraceLimit
    })
    const useUp = (spare: number): never => {
      if (spare === 0) new SealbearerError('SB_TOKEN_EXPIRED')
      return useUp(Math.max(0, spare - 1))
    }
    // Where exactly there is no room any more depends on how deep it begins.
    for (let spare = 0; spare < 12; spare++) {
      expect(() => useUp(spare)).toThrow(RangeError)
      expect(Error.stackTraceLimit).toBe(stackTraceLimit)
    }
  })

  test('of every other error is as long as before', () => {
    const { stackTraceLimit } = Error
    onTestFinished(() => {
      Error.stackTraceLimit = stackTraceLimit
    })
    Error.stackTraceLimit = 3
    isRecorded('SB_TOKEN_EXPIRED')
    expect(Error.stackTraceLimit).toBe(3)
    isRecorded('SB_CLAIM_RESERVED')
    expect(new Error('x').stack?.match(/\n +at /g)).toHaveLength(3)
  })

  test('is recorded where Error cannot be changed', () => {
    const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {}
    onTestFinished(() => {
      Object.defineProperty(Error, 'stackTraceLimit', own)
    })
    Object.defineProperty(Error, 'stackTraceLimit', { writable: false })
    expect(isRecorded('SB_TOKEN_EXPIRED')).toBe(true)
  })
})

describe('isSealbearerError', () => {
  test.each([
    ['one of ours', new SealbearerError('SB_TOKEN_EXPIRED')],
    [
      'one of another copy',
      Object.assign(new Error('x'), { name: 'SealbearerError', code: 'SB_TOKEN_EXPIRED' }),
    ],
  ])('recognizes %s', (_, error) => {
    expect(isSealbearerError(error)).toBe(true)
  })

  test.each([
    ['another error', new TypeError('x')],
    ['another error with a code', Object.assign(new Error('x'), { code: 'SB_TOKEN_EXPIRED' })],
    ['an object that looks like one', { name: 'SealbearerError', code: 'SB_TOKEN_EXPIRED' }],
    ['text', 'SB_TOKEN_EXPIRED'],
    ['nothing', undefined],
    ['null', null],
  ])('does not recognize %s', (_, error) => {
    expect(isSealbearerError(error)).toBe(false)
  })
})

test.each(['\u001b[2J', 'a\r\nb', '\u009b31m', '\u202eb', '\u2028', '\u0000'])(
  'escapes control characters in a name: %j',
  (parameter) => {
    const error = new SealbearerError('SB_CLAIM_FORBIDDEN', parameter)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the very thing that must not be there
    expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u202e]/)
    expect(error.message).toContain('\\u')
    expect(error.parameter).toBe(parameter)
  },
)
