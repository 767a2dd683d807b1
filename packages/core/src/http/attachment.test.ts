import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { createAttachment } from './attachment.js'

test.each<[string, () => object]>([
  ['an object', () => ({ id: 1 })],
  ['an instance of a class', () => new URL('https://example.com')],
  ['a function', () => () => {}],
  ['an object without prototype', () => Object.create(null)],
  ['a proxy', () => new Proxy({}, {})],
  ['a request with headers', () => ({ rawHeaders: ['Host', 'api.example.com'] })],
])('keeps a value with %s', (_, make) => {
  const attachment = createAttachment((text: string) => text)
  const [owner, other] = [make(), make()]
  expect(attachment.of(owner)).toBeUndefined()
  attachment.ensure(owner, 'first')
  expect(attachment.of(owner)).toBe('first')
  expect(attachment.of(other)).toBeUndefined()
})

test('owners that share a list of headers are told apart', () => {
  const attachment = createAttachment((text: string) => text)
  const rawHeaders = ['Host', 'api.example.com']
  const [one, two, three] = [{ rawHeaders }, { rawHeaders }, { rawHeaders }]
  attachment.ensure(one, 'of one')
  expect(attachment.of(two)).toBeUndefined()
  attachment.ensure(two, 'of two')
  expect([one, two, three].map(attachment.of)).toEqual(['of one', 'of two', undefined])
  expect(attachment.of(rawHeaders)).toBeUndefined()
})

test('two attachments of one owner are separate', () => {
  const [one, two] = [createAttachment((text: string) => text), createAttachment((text: string) => text)]
  const owner = {}
  one.ensure(owner, 'of one')
  expect(two.of(owner)).toBeUndefined()
  two.ensure(owner, 'of two')
  expect([one.of(owner), two.of(owner)]).toEqual(['of one', 'of two'])
})

test('neither the owner nor what inherits from it shows a value', () => {
  const attachment = createAttachment((text: string) => text)
  const owner = { id: 1 }
  attachment.ensure(owner, 'secret')
  expect(Reflect.ownKeys(owner)).toEqual(['id'])
  expect(inspect(owner, { showHidden: true, depth: null })).not.toContain('secret')
  expect(JSON.stringify(owner)).toBe('{"id":1}')
  expect({ ...owner }).toEqual({ id: 1 })
  expect(attachment.of({ ...owner })).toBeUndefined()
  expect(attachment.of(Object.create(owner))).toBeUndefined()
})
