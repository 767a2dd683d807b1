import { EventEmitter, once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { listenToErrors } from './connection-errors.js'

const lost = Object.assign(new Error('redis://user:password@host'), { code: 'ECONNRESET' })

test('a client without listeners does not end the process, and the first error is printed', async () => {
  const client = new EventEmitter()
  expect(() => client.emit('error', lost)).toThrow(lost)
  listenToErrors(client)
  listenToErrors(client)
  expect(client.listenerCount('error')).toBe(1)
  const warned = once(process, 'warning')
  for (let i = 0; i < 3; i++) client.emit('error', lost)
  const [warning] = await warned
  expect(warning).toMatchObject({ name: 'SealbearerWarning', code: 'SB_STORE_UNAVAILABLE' })
  expect(warning.message).toContain('ECONNRESET')
  expect(warning.message).not.toContain('password')
})

test.each(['before', 'after'])(
  'an application that listens is the only one to receive errors: %s',
  (when) => {
    const print = vi.spyOn(process, 'emitWarning')
    onTestFinished(() => print.mockRestore())
    const client = new EventEmitter()
    const told: unknown[] = []
    if (when === 'after') listenToErrors(client)
    client.on('error', (error) => told.push(error))
    if (when === 'before') listenToErrors(client)
    client.emit('error', lost)
    expect(told).toEqual([lost])
    expect(print).not.toHaveBeenCalled()
  },
)

test.each([{}, () => undefined, { on: () => undefined }, { listenerCount: 1 }])(
  'an object that emits no errors is ignored: %o',
  (client) => {
    expect(() => listenToErrors(client)).not.toThrow()
  },
)
