import type { Authenticator } from '@sealbearer/core'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { describe, expect, test } from 'vitest'
import { staff, users } from '#adapter-tests'
import sealbearer, { getAuth, requireAuth } from './index.js'

const { authenticator } = users

/** Answers with who sends the request, or with what `getAuth` throws. */
async function sender(request: FastifyRequest): Promise<unknown> {
  try {
    return String(getAuth(request).claims.sub)
  } catch (error) {
    return error
  }
}

async function answer(app: FastifyInstance, url: string, party?: typeof users): Promise<string> {
  const headers = party ? { authorization: await party.authorization() } : {}
  return (await app.inject({ url, headers })).body
}

describe('getAuth(request)', () => {
  test.each([
    { title: 'config.auth', config: { auth: {} }, protect: false, hook: false },
    { title: 'requireAuth', config: {}, protect: false, hook: true },
    { title: 'protect', config: {}, protect: true, hook: false },
    { title: 'an optional guard', config: { auth: { optional: true } }, protect: false, hook: false },
  ])('returns who was let through by $title', async ({ config, protect, hook }) => {
    const app = Fastify()
    await app.register(sealbearer, { authenticator, protect })
    app.get('/', { config, onRequest: hook ? [app.requireAuth()] : [] }, sender)
    expect(await answer(app, '/', users)).toBe('user of users')
  })

  test('asks the authenticator of the registration nearest to the route', async () => {
    const app = Fastify()
    app.register(sealbearer, { authenticator, protect: true })
    app.register(async (inside) => {
      inside.register(sealbearer, { authenticator: staff.authenticator })
      inside.get('/staff', sender)
    })
    app.get('/users', sender)
    expect(await answer(app, '/staff', staff)).toBe('user of staff')
    expect(await answer(app, '/users', users)).toBe('user of users')
  })

  test.each([
    { title: 'the route is open', url: '/open', says: /no guard ran.*guard the route with config\.auth/ },
    {
      title: 'an optional guard ran without credentials',
      url: '/optional',
      says: /no guard ran, or an optional/,
    },
    { title: 'a guard of another authenticator ran', url: '/staff', says: /no guard ran/, party: staff },
    { title: 'there is no registration', url: '/unregistered', says: /not registered in the scope/ },
  ])('says so where $title', async ({ url, says, party }) => {
    const app = Fastify()
    await app.register(async (inside) => {
      await inside.register(sealbearer, { authenticator })
      inside.get('/open', sender)
      inside.get('/optional', { config: { auth: { optional: true } } }, sender)
      inside.get('/staff', { onRequest: requireAuth(staff.authenticator) }, sender)
    })
    app.get('/unregistered', sender)
    const { message } = JSON.parse(await answer(app, url, party)) as { message: string }
    expect(message).toMatch(says)
  })
})

test('an authenticator that is undefined by mistake does not stand for the registered one', async () => {
  const app = Fastify()
  await app.register(sealbearer, { authenticator, protect: true })
  let forgotten: Authenticator | undefined
  app.get('/', async (request) => getAuth(request, forgotten as Authenticator).claims)
  expect(await answer(app, '/', users)).toContain('must come from createAuthenticator')
})
