import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parts, readOptions } from './options.js'

test.each([
  { args: [], quick: false, chosen: parts, node: undefined },
  { args: ['--', '--quick'], quick: true, chosen: parts, node: undefined },
  { args: ['--only=memory,flood', '--node=24'], quick: false, chosen: ['memory', 'flood'], node: '24' },
])('reads $args', ({ args, quick, chosen, node }) => {
  expect(readOptions(args)).toEqual({ quick, parts: new Set(chosen), node })
})

test('takes the folder of a baseline', () => {
  expect(readOptions(['--baseline=../other']).baseline).toBe(resolve('../other'))
  expect(readOptions([]).baseline).toBeUndefined()
})

test.each(['--fast', '--baseline=', '--only=everything', '--only=memory,', '--only', '--node=latest'])(
  'refuses %s',
  (arg) => {
    expect(() => readOptions([arg])).toThrow(TypeError)
  },
)
