import { describe, expect, test } from 'vitest'
import { openDoors } from './doors.js'
import { shapeGroups } from './shapes.js'

const groups = shapeGroups(await openDoors())

describe.each(groups)('$title', ({ shapes }) => {
  test.each(shapes.map((shape) => [shape.title, shape] as const))('%s', async (_, shape) => {
    const { door, code, make, sizes, welcomeSize, good } = shape
    const [size = 0] = sizes
    const hostile = await make(size)
    expect(await door.open(hostile)).toBe(code)
    expect(hostile.join('').length).toBeGreaterThan(size * 0.7)
    for (const larger of sizes.slice(1)) expect(await door.open(await make(larger))).toBe(code)
    const goodSize = welcomeSize ?? hostile.join('').length
    const welcome = await door.welcome(goodSize)
    for (const knock of [welcome, (await good?.(goodSize)) ?? welcome]) {
      expect(await door.open(knock)).toBe('let in')
      expect(knock.join('').length).toBeGreaterThan(goodSize * 0.7)
    }
  })
})
