import { once } from 'node:events'
import { request, type Server } from 'node:http'
import { createTestIssuer, expectRefused, type TestIssuer } from '@sealbearer/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

/** A recipe that has started. */
export interface Running {
  /** Sends the request that needs the scope, with a token or without one. */
  ask(token?: string): Promise<Response>
  close(): unknown
}

type Environment = Readonly<Record<string, string>>

/** How a recipe is started and asked. */
interface RecipeTest<Module> {
  /** @default the name, and the values of `env` */
  readonly title?: string
  /** Environment variables, beside `ISSUER` and `PORT`. */
  readonly env?: Environment
  /** @default 'https://api.example.com' */
  readonly audience?: string
  /** @default 'orders:read' */
  readonly scope?: string
  /** Starts what was loaded into this process. */
  start?(module: Module): Running | Promise<Running>
  /** Starts it elsewhere. @default loads and starts it here */
  launch?(env: Environment): Promise<Running>
}

let loaded = 0

/** Loads a recipe as a program of its own, with the environment that it reads. */
export async function loadRecipe<Module>(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<Module> {
  for (const [variable, value] of Object.entries({ PORT: '0', ...env })) vi.stubEnv(variable, value)
  try {
    return await import(new URL(`../../${name}?${loaded++}`, import.meta.url).href)
  } finally {
    vi.unstubAllEnvs()
  }
}

export const createRecipeIssuer = (audience = 'https://api.example.com'): Promise<TestIssuer> =>
  createTestIssuer({ audience, algorithm: 'RS256' })

/** Sends a request with a token. */
export const bearerHeaders = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` }

/** Tests that a recipe accepts what it must and refuses the rest as the adapters do. */
export function testRecipe<Module>(name: string, options: RecipeTest<Module>): void {
  const { env = {}, audience, scope = 'orders:read', start } = options
  const { title = [name, ...Object.values(env)].join(' on ') } = options
  const launch = async (issuer: string): Promise<Running> => {
    const all = { PORT: '0', ...env, ISSUER: issuer }
    if (options.launch) return options.launch(all)
    return start?.(await loadRecipe<Module>(name, all)) ?? expect.unreachable()
  }
  describe(title, () => {
    let issuer: TestIssuer
    let running: Running
    beforeAll(async () => {
      issuer = await createRecipeIssuer(audience)
      running = await launch(await issuer.listen())
    })
    afterAll(async () => {
      await running?.close()
      await issuer?.close()
    })

    test('accepts a token with the scope', async () => {
      const response = await running.ask(await issuer.mint({ scope }))
      expect(response.status).toBe(200)
      expect(await response.text()).toMatch(/test-(?:user|client)/)
    })

    test('asks for a token', async () => {
      const response = await running.ask()
      expectRefused(response, 'SB_CREDENTIALS_MISSING')
      expect(challengeOf(response)).toMatch(/^Bearer /)
      expect(challengeOf(response)).toContain(`scope="${scope}"`)
    })

    test('refuses a token without the scope', async () => {
      const response = await running.ask(await issuer.mint({ scope: 'profile' }))
      expectRefused(response, 'SB_SCOPE_INSUFFICIENT')
      expect(challengeOf(response)).toContain(`scope="${scope}"`)
    })

    test('refuses an expired token, and one without a signature', async () => {
      expectRefused(await running.ask(await issuer.mint.expired({ scope })), 'SB_TOKEN_EXPIRED')
      const unsigned = await issuer.mint.hostile('alg-none', { scope })
      expectRefused(await running.ask(unsigned), issuer.codeOf('alg-none'))
    })

    test('answers 503 while the keys are unavailable', async () => {
      const other = await createRecipeIssuer(audience)
      const url = await other.listen()
      other.outage(true)
      const unlucky = await launch(url)
      try {
        expectRefused(await unlucky.ask(await other.mint({ scope })), 'SB_KEYS_UNAVAILABLE')
      } finally {
        await unlucky.close()
        await other.close()
      }
    })
  })
}

const challengeOf = ({ headers }: Response): string => headers.get('www-authenticate') ?? ''

/** The address of a server that listens, or soon will. */
export async function urlOf(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://127.0.0.1:${address.port}`
}

/** A recipe that exports a server of Node. */
export interface ServerRecipe {
  readonly server: Server
}

/** Starts such a recipe. @param path What to ask it for. */
export const startServer =
  (path: string) =>
  async ({ server }: ServerRecipe): Promise<Running> => {
    const url = await urlOf(server)
    return {
      ask: (token) => fetch(url + path, { headers: bearerHeaders(token) }),
      close() {
        server.closeAllConnections()
        server.close()
      },
    }
  }

/** Tests that a server recipe sees both of two credentials, of which Node's `headers` have only the first. */
export function testSecondCredential<Module = ServerRecipe>(
  name: string,
  path: string,
  // Most recipes export the server itself.
  serverOf: (module: Module) => Server | Promise<Server> = (module) => (module as ServerRecipe).server,
): void {
  test(`${name} refuses a request with two credentials`, async () => {
    const issuer = await createRecipeIssuer()
    const server = await serverOf(await loadRecipe<Module>(name, { ISSUER: await issuer.listen() }))
    const authorization = `Bearer ${await issuer.mint({ scope: 'orders:read' })}`
    const url = new URL(path, await urlOf(server))
    const statusFor = async (...values: readonly string[]): Promise<unknown> => {
      const headers = ['Host', url.host, ...values.flatMap((value) => ['Authorization', value])]
      const [response] = await once(request(url, { headers, agent: false }).end(), 'response')
      response.resume()
      return response.statusCode
    }
    expect(await statusFor(authorization)).toBe(200)
    expect(await statusFor(authorization, 'Bearer other')).toBe(400)
    server.close()
    await issuer.close()
  })
}
