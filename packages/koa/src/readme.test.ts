import { type RunningReadme, runReadme } from '@sealbearer/readme-runner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

describe('the program of the README', () => {
  let readme: RunningReadme
  beforeAll(async () => {
    readme = await runReadme(new URL('../README.md', import.meta.url), 'server')
  }, 60_000)
  afterAll(() => readme.stop())

  const get = (path: string, token?: string) =>
    fetch(readme.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

  test('serves what is open to all', async () => {
    expect(await (await get('/health')).text()).toBe('well')
  })

  test('serves what a token opens', async () => {
    expect(await (await get('/me', readme.stranger)).json()).toEqual({ sub: 'user_456' })
    expect(await (await get('/orders', readme.reader)).json()).toEqual(['orders:read'])
  })

  test.each([
    { title: 'nobody', path: '/me', token: () => undefined, status: 401, challenge: 'Bearer realm="orders"' },
    {
      title: 'too little scope',
      path: '/orders',
      token: () => readme.stranger,
      status: 403,
      challenge: expect.stringMatching(/error="insufficient_scope".*scope="orders:read"/),
    },
  ])('refuses $title', async ({ path, token, status, challenge }) => {
    const answer = await get(path, token())
    expect(answer.status).toBe(status)
    expect(answer.headers.get('www-authenticate')).toEqual(challenge)
  })
})
