import { expect, test } from 'vitest'
import { toleranceOption } from './claims-policy.js'

test('a tolerance may be an hour, and no longer', () => {
  expect(toleranceOption(undefined)).toBe(0)
  expect(toleranceOption('1h')).toBe(3600)
  expect(toleranceOption(3600)).toBe(3600)
  for (const longer of [3601, 3600.5, '61m'] as const) {
    expect(() => toleranceOption(longer)).toThrow(
      /^clockTolerance: must be at most 3600 seconds; tokens are accepted that long after their exp$/,
    )
  }
})
