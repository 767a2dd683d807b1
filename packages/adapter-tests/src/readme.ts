import { type RunningReadme, runReadme } from '@sealbearer/readme-runner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/**
 * Runs the program of an adapter's README.
 *
 * @param server Expression for the Node server that the program listens with.
 */
export function describeReadme(
  readme: URL,
  { server, greets }: { readonly server: string; readonly greets: boolean },
): void {
  describe('the program of the README', () => {
    let running: RunningReadme
    beforeAll(async () => {
      running = await runReadme(readme, server)
    }, 60_000)
    afterAll(() => running.stop())

    const get = (path: string, token?: string) =>
      fetch(running.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

    test('serves what is open to all', async () => {
      expect(await (await get('/health')).text()).toBe('well')
    })

    test('serves what a token opens', async () => {
      expect(await (await get('/me', running.stranger)).json()).toEqual({ sub: 'user_456' })
      expect(await (await get('/orders', running.reader)).json()).toEqual(['orders:read'])
    })

    if (greets) {
      test('greets whoever comes', async () => {
        expect(await (await get('/greeting')).text()).toBe('Hello, stranger')
        expect(await (await get('/greeting', running.reader)).text()).toBe('Hello, user_123')
      })
    }

    test.each([
      {
        title: 'nobody',
        path: '/me',
        token: () => undefined,
        status: 401,
        challenge: 'Bearer realm="orders"',
      },
      {
        title: 'too little scope',
        path: '/orders',
        token: () => running.stranger,
        status: 403,
        challenge: expect.stringMatching(/error="insufficient_scope".*scope="orders:read"/),
      },
    ])('refuses $title', async ({ path, token, status, challenge }) => {
      const answer = await get(path, token())
      expect(answer.status).toBe(status)
      expect(answer.headers.get('www-authenticate')).toEqual(challenge)
    })
  })
}
