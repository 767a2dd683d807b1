import { expect, test } from 'vitest'
import { SealbearerError } from '../errors.js'
import { integrityFailed } from './trusted-operation.js'

test.each([
  { title: 'nothing', cause: undefined, code: 'SB_INTEGRITY_FAILED' },
  { title: 'an error of the runtime', cause: new Error('wrong tag'), code: 'SB_INTEGRITY_FAILED' },
  {
    title: 'a SealbearerError',
    cause: new SealbearerError('SB_TOKEN_MALFORMED'),
    code: 'SB_INTEGRITY_FAILED',
  },
  {
    title: 'an error that only looks like an outage',
    cause: { code: 'SB_KEYS_UNAVAILABLE' },
    code: 'SB_INTEGRITY_FAILED',
  },
  { title: 'an outage', cause: new SealbearerError('SB_KEYS_UNAVAILABLE'), code: 'SB_KEYS_UNAVAILABLE' },
])('$title is reported as $code', ({ cause, code }) => {
  expect(() => integrityFailed(cause)).toThrow(expect.objectContaining({ code }))
})
