import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import type { KeySet, TokenForm } from '@sealbearer/core'
import { createJwksEndpoint } from '@sealbearer/core'
import { serve } from '@sealbearer/hono'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { csrf } from 'hono/csrf'
import type { AccessCookie } from './access-cookie.js'
import type { Issuers } from './issuers.js'
import { type LoginRequest, readLoginRequest } from './login-request.js'
import { lifetime } from './parties.js'
import { maxBody } from './site.js'
import type { DemoUsers, User } from './users.js'

/** Where the token service publishes its keys. */
export const keysPath = '/.well-known/jwks.json'

/** The endpoint of the keys, which the tour takes down. */
export interface KeyEndpoint {
  isDown: boolean
}

/** What the token service needs. */
interface TokenServiceParts {
  readonly users: DemoUsers
  readonly issuers: Issuers
  readonly accessCookie: AccessCookie
  readonly signing: KeySet
  readonly keyEndpoint: KeyEndpoint
}

/** Creates the fifth server: it exchanges a name and a password for a token. */
export function tokenService(parts: TokenServiceParts): Server {
  const { users, issuers, accessCookie, signing, keyEndpoint } = parts
  const app = new Hono()
  app.use(bodyLimit({ maxSize: maxBody }))
  app.use(csrf()) // A form of another site must not log anyone in.

  app.post('/login', async (c) => {
    const login = readLoginRequest(await c.req.json().catch(() => undefined))
    if (login === undefined) return c.json({ error: 'invalid_request' }, 400)
    const user = await users.logIn(login.username, login.password)
    if (user === undefined) return c.json({ error: 'invalid_grant' }, 400)
    const { token } = await issuers[login.form].issue(claimsFor(user, login))
    c.header('Cache-Control', 'no-store')
    if (login.deliver === 'body') {
      return c.json({ access_token: token, token_type: 'Bearer', expires_in: lifetime })
    }
    c.header('Set-Cookie', accessCookie.set(token, lifetime))
    return c.json({ cookie: accessCookie.name, expires_in: lifetime })
  })

  app.post('/logout', (c) => {
    c.header('Set-Cookie', accessCookie.clear())
    return c.body(null, 204)
  })

  app.use(keysPath, (c, next) => (keyEndpoint.isDown ? Promise.resolve(c.body(null, 503)) : next()))
  app.get(keysPath, serve(createJwksEndpoint(signing)))

  // Without HTTP/2 options, it creates a server of node:http.
  return createAdaptorServer({ fetch: app.fetch }) as Server
}

const isEncrypted: Readonly<Record<TokenForm, boolean>> = { signed: false, encrypted: true, nested: true }

function claimsFor(user: User, { form, scope }: LoginRequest): Record<string, string | string[]> {
  const granted = scope === undefined ? user.scopes : user.scopes.filter((name) => scope.includes(name))
  return {
    sub: user.username,
    scope: granted.join(' '),
    roles: [...user.roles],
    ...(isEncrypted[form] && { email: user.email }),
  }
}
