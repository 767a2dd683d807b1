import { describe, expect, test } from 'vitest'
import type { Attempt } from './attempts.js'
import { type Answer, exitCodeFor, isExpected, type Outcome } from './outcome.js'

const outcome = (expected: Attempt['expected'], answer: Answer): Outcome => ({
  attempt: { title: 'an attempt', method: 'GET', path: '/me', headers: () => ({}), expected },
  framework: 'koa',
  form: 'nested',
  answer,
})

const granted = { status: 200 } as const
const missing = { status: 401 } as const
const refused = { status: 403, error: 'insufficient_scope', scope: 'orders:read' } as const
const challenge =
  'Bearer realm="orders", error="insufficient_scope", error_description="No", scope="orders:read"'
const body = { error: 'insufficient_scope' }

describe('isExpected', () => {
  test.each([
    {
      title: 'let through',
      expected: granted,
      answer: { status: 200, challenge: undefined, body: { form: 'nested' } },
    },
    {
      title: 'a bare challenge',
      expected: missing,
      answer: { status: 401, challenge: 'Bearer realm="orders"', body: {} },
    },
    { title: 'refused with error and scope', expected: refused, answer: { status: 403, challenge, body } },
  ])('yes: $title', ({ expected, answer }) => {
    expect(isExpected(outcome(expected, answer))).toBe(true)
    expect(exitCodeFor([outcome(expected, answer)])).toBe(0)
  })

  test.each([
    { title: 'another status', expected: refused, answer: { status: 401, challenge, body } },
    { title: 'a server error', expected: granted, answer: { status: 500, challenge: undefined, body: {} } },
    {
      title: 'a good answer in another form',
      expected: granted,
      answer: { status: 200, challenge: undefined, body: { form: 'signed' } },
    },
    {
      title: 'a good answer with a challenge',
      expected: granted,
      answer: { status: 200, challenge, body: { form: 'nested' } },
    },
    { title: 'no challenge', expected: refused, answer: { status: 403, challenge: undefined, body } },
    {
      title: 'another scheme',
      expected: missing,
      answer: { status: 401, challenge: 'Basic realm="orders"', body: {} },
    },
    {
      title: 'another realm',
      expected: missing,
      answer: { status: 401, challenge: 'Bearer realm="bills"', body: {} },
    },
    {
      title: 'an error where there is none to name',
      expected: missing,
      answer: { status: 401, challenge: 'Bearer realm="orders", error="invalid_token"', body: {} },
    },
    {
      title: 'no scope in the challenge',
      expected: refused,
      answer: { status: 403, challenge: challenge.replace(/, scope.*/, ''), body },
    },
    { title: 'no error in the body', expected: refused, answer: { status: 403, challenge, body: {} } },
  ])('no: $title', ({ expected, answer }) => {
    const good = outcome(granted, { status: 200, challenge: undefined, body: { form: 'nested' } })
    expect(isExpected(outcome(expected, answer))).toBe(false)
    expect(exitCodeFor([good, outcome(expected, answer)])).toBe(1)
  })
})

test('a tour without outcomes is no success', () => {
  expect(exitCodeFor([])).toBe(1)
})
