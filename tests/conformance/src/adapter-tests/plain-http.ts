import { expect, test } from 'vitest'
import type { Client } from './client.js'
import { users } from './parties.js'

/** What a proxy that terminates TLS says of a request. */
export const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.7' }

/** @param guarded Makes an app whose `/me` is for users, behind a proxy that the framework trusts or does not. */
export function testPlainHttp<App>(
  { statusOf }: Client<App>,
  guarded: (trustProxy: boolean) => App | Promise<App>,
): void {
  test.each([
    { title: 'is refused where a proxy forwards it', trustProxy: false, headers: forwarded, status: 400 },
    { title: 'may end at a trusted proxy', trustProxy: true, headers: forwarded, status: 200 },
    {
      title: 'is refused where a trusted proxy was asked by plain HTTP',
      trustProxy: true,
      headers: { ...forwarded, 'x-forwarded-proto': 'http' },
      status: 400,
    },
    { title: 'is fine from the machine itself', trustProxy: false, headers: {}, status: 200 },
  ])('$title', async ({ trustProxy, headers, status }) => {
    const authorization = await users.authorization()
    expect(await statusOf(await guarded(trustProxy), '/me', { ...headers, authorization })).toBe(status)
  })
}
