import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Example, frameworkNames, startExample } from './example.js'

let example: Example
beforeAll(async () => {
  example = await startExample({ firstPort: 0, secureCookie: true })
})
afterAll(() => example.close())

describe.each(['token service', ...frameworkNames] as const)('a login at %s', (name) => {
  const send = (body: string, type = 'application/json'): Promise<Response> => {
    const { url } = name === 'token service' ? example.tokenService : example.servers[name]
    const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' }
    return fetch(`${url}/login`, { method: 'POST', headers, body })
  }
  const ben = (more: object = {}): string =>
    JSON.stringify({ username: 'ben', password: example.users.passwords.get('ben'), ...more })

  test('takes a name and a password', async () => {
    expect((await send(ben())).status).toBe(200)
  })

  test.each([
    { title: 'no JSON', body: '{"username":' },
    { title: 'nothing', body: '' },
    { title: 'no object', body: '"ben"' },
    { title: 'null', body: 'null' },
    { title: 'a list', body: '[]' },
    { title: 'other types', body: '{"username":{},"password":[]}' },
  ])('refuses $title', async ({ body }) => {
    expect((await send(body)).status).toBe(400)
  })

  test('refuses a form', async () => {
    const status = (await send('username=ben', 'application/x-www-form-urlencoded')).status
    expect([400, 415]).toContain(status)
  })

  test.each([
    { title: 'a body of 4 kB', fill: 4096 },
    { title: 'a body of 4 MB', fill: 4_194_304 },
  ])('refuses $title', async ({ fill }) => {
    expect((await send(ben({ fill: 'x'.repeat(fill) }))).status).toBe(413)
  })
})
