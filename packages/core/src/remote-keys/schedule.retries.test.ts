import { expect, test } from 'vitest'
import { FetchFailure } from './fetch-json.js'
import { withRetries } from './schedule.js'

/** How often something was tried that failed as many times, with at most two more tries. */
async function triesUntil(
  error: Error,
  failures: number,
  retries = 2,
  seconds = 60,
): Promise<number | string> {
  let tries = 0
  return withRetries(seconds, retries, async () => {
    if (tries++ < failures) throw error
    return tries
  }).catch((thrown) => (thrown === error ? `failed after ${tries}` : 'another error'))
}

test.each([
  { title: 'no answer', error: new FetchFailure('network'), tries: 2 },
  { title: 'status 500', error: new FetchFailure('status', { status: 500 }), tries: 2 },
  { title: 'status 503', error: new FetchFailure('status', { status: 503 }), tries: 2 },
  { title: 'status 429', error: new FetchFailure('status', { status: 429 }), tries: 2 },
  { title: 'status 404', error: new FetchFailure('status', { status: 404 }), tries: 'failed after 1' },
  { title: 'status 499', error: new FetchFailure('status', { status: 499 }), tries: 'failed after 1' },
  {
    title: 'an answer with status 503 that is no JSON',
    error: new FetchFailure('malformed', { status: 503 }),
    tries: 'failed after 1',
  },
  { title: 'an error of the program', error: new Error('network'), tries: 'failed after 1' },
])('after $title: $tries', async ({ error, tries }) => {
  expect(await triesUntil(error, 1)).toBe(tries)
})

test('ends after the maximum of retries, or when the time is over', async () => {
  const error = new FetchFailure('network')
  expect(await triesUntil(error, 9, 0)).toBe('failed after 1')
  expect(await triesUntil(error, 9, 2)).toBe('failed after 3')
  expect(await triesUntil(error, 2, 2)).toBe(3)
  expect(await triesUntil(error, 9, 9, 0.01)).toBe('failed after 1')
})
