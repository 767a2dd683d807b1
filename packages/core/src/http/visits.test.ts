import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createVisits } from './visits.js'

test.each<[string, () => object]>([
  ['an object', () => ({ id: 1 })],
  ['an instance of a class', () => new URL('https://example.com')],
  ['a function', () => () => {}],
  ['an object without prototype', () => Object.create(null)],
  ['a proxy', () => new Proxy({}, {})],
])('keeps a visit with %s', (_, make) => {
  const visits = createVisits<string>()
  const [owner, other] = [make(), make()]
  expect(visits.of(owner)).toBeUndefined()
  visits.begin(owner, 'first')
  expect(visits.of(owner)).toBe('first')
  expect(visits.of(other)).toBeUndefined()
})

test('two know nothing of each other', () => {
  const [one, two] = [createVisits<string>(), createVisits<string>()]
  const owner = {}
  one.begin(owner, 'of one')
  expect(two.of(owner)).toBeUndefined()
  two.begin(owner, 'of two')
  expect([one.of(owner), two.of(owner)]).toEqual(['of one', 'of two'])
})

test('neither the owner nor what inherits from it shows a visit', () => {
  const visits = createVisits<string>()
  const owner = { id: 1 }
  visits.begin(owner, 'secret')
  expect(Reflect.ownKeys(owner)).toEqual(['id'])
  expect(inspect(owner, { showHidden: true, depth: null })).not.toContain('secret')
  expect(JSON.stringify(owner)).toBe('{"id":1}')
  expect({ ...owner }).toEqual({ id: 1 })
  expect(visits.of({ ...owner })).toBeUndefined()
  expect(visits.of(Object.create(owner))).toBeUndefined()
})
