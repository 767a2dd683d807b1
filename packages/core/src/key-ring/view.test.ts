import { expect, test } from 'vitest'
import { statusOf } from './view.js'

const jwk = { kty: 'EC', kid: 'a', alg: 'ES256', use: 'sig' } as const
const entry = { jwk, series: 'ES256', published: 100, lead: 10, trustFor: 50 }

test('returns the times of a plan, if there is one', () => {
  const waiting = { ...entry, activeFrom: undefined, activeUntil: undefined }
  expect(statusOf(waiting, 105)).toEqual({
    ...{ kid: 'a', alg: 'ES256', use: 'sig', phase: 'next', published: new Date(100_000) },
    ...{ activeFrom: undefined, activeUntil: undefined, trustedUntil: undefined },
  })
  expect(statusOf({ ...entry, activeFrom: 110, activeUntil: 200 }, 150)).toEqual({
    ...{ kid: 'a', alg: 'ES256', use: 'sig', phase: 'active', published: new Date(100_000) },
    ...{ activeFrom: new Date(110_000), activeUntil: new Date(200_000), trustedUntil: new Date(250_000) },
  })
  expect(Object.isFrozen(statusOf(waiting, 0))).toBe(true)
})
