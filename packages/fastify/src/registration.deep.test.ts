import Fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { describe, expect, test } from 'vitest'
import { staff, users } from '#adapter-tests'
import sealbearer from './index.js'

/**
 * A sample of the apps and of their routes, the same each time. `SEALBEARER_EFFORT=40` tries all routes of all apps with
 * two scopes, which takes an hour.
 */
const effort = Number(process.env['SEALBEARER_EFFORT'] ?? 1)

const parties = { users, staff }
type PartyName = keyof typeof parties

/** What one scope declares, and in which order. */
interface Level {
  readonly registration: { readonly party: PartyName; readonly protect?: boolean } | undefined
  readonly order: readonly Step[]
  /** What is awaited before the next step. */
  readonly awaits: 'nothing' | 'the registration' | 'everything'
  readonly prefix: string
}
type Step = 'registration' | 'routes' | 'child'

// The oracle: knows scopes and what is declared in them, nothing of Fastify.

/** Who may come in: anybody, or a party's people. */
type Rule = 'anybody' | { readonly party: PartyName; readonly scope?: string; readonly optional?: boolean }
type Requirement = { readonly scope?: string; readonly optional?: boolean }
type Asks = { readonly kind: 'nothing' | 'open' } | { readonly kind: 'requirement'; readonly of: Requirement }

/** The nearest registration decides. `path` is the scope of the route and those around it, outermost first. */
function ruleFor(path: readonly Level[], asks: Asks): Rule {
  const registrations = path.flatMap(({ registration }) => registration ?? []).reverse()
  const [nearest] = registrations
  if (nearest === undefined || asks.kind === 'open') return 'anybody'
  if (asks.kind === 'requirement') return { party: nearest.party, ...asks.of }
  const isProtected = registrations.find(({ protect }) => protect !== undefined)?.protect === true
  return isProtected ? { party: nearest.party } : 'anybody'
}

interface Sender {
  readonly party: PartyName | undefined
  readonly scopes: string
}

function expected(rule: Rule, { party, scopes }: Sender): string {
  if (rule === 'anybody') return '200 nobody'
  if (party === undefined) return rule.optional ? '200 nobody' : '401'
  if (party !== rule.party) return '401'
  return rule.scope === undefined || rule.scope === scopes ? `200 user of ${party}` : '403'
}

const senders: readonly Sender[] = [
  { party: undefined, scopes: '' },
  { party: 'users', scopes: '' },
  { party: 'staff', scopes: 'orders:read' },
]

const authorization = new Map<Sender, string>()
for (const sender of senders) {
  if (sender.party) authorization.set(sender, await parties[sender.party].authorization(sender.scopes))
}

// The apps.

const orders = { scope: 'orders:read' }
const needs = (of: Requirement): Asks => ({ kind: 'requirement', of })

/** A route: whose `requireAuth` makes its hooks, and what it asks for. */
interface RouteKind {
  readonly config?: object
  readonly hooks?: 'scope' | 'app' | 'two'
  readonly asks: Asks
}

/** Routes that every scope has, by path. */
const routes = {
  '/plain': { asks: { kind: 'nothing' } },
  '/config': { config: { other: 1 }, asks: { kind: 'nothing' } },
  '/open': { config: { auth: false }, asks: { kind: 'open' } },
  '/any': { config: { auth: {} }, asks: needs({}) },
  '/orders': { config: { auth: orders }, asks: needs(orders) },
  '/optional': { config: { auth: { optional: true } }, asks: needs({ optional: true }) },
  '/hook': { hooks: 'scope', asks: needs({}) },
  '/app-hook': { hooks: 'app', asks: needs({}) },
  '/two-hooks': { hooks: 'two', asks: needs(orders) },
  '/open-hook': { config: { auth: false }, hooks: 'scope', asks: needs({}) },
} satisfies Record<string, RouteKind>

/** A request, and what the oracle says of it. */
interface Check {
  readonly url: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS'
  readonly rule: Rule
  readonly status: 200 | 404
}

/** An app that is being built. */
interface Building {
  readonly app: FastifyInstance
  readonly kinds: readonly (readonly [string, RouteKind])[]
  readonly checks: Check[]
}

const handler = async (request: FastifyRequest) => String(request.auth?.claims.sub ?? 'nobody')

function declareRoutes(
  { app, kinds, checks }: Building,
  scope: FastifyInstance,
  path: readonly Level[],
): void {
  const check = (url: string, methods: readonly Check['method'][], rule: Rule, status: 200 | 404 = 200) =>
    checks.push(...methods.map((method) => ({ url, method, rule, status })))
  const base = path.map(({ prefix }) => prefix).join('')
  // Scopes without a prefix share the addresses.
  const depth = `/${path.length}`
  for (const [name, { config = {}, hooks, asks }] of kinds) {
    const owner = hooks === 'app' ? app : scope
    // There is no hook to be had before the first plugin has loaded.
    if (hooks && !owner.hasDecorator('requireAuth')) continue
    const onRequest = hooks ? [owner.requireAuth()] : []
    if (hooks === 'two') onRequest.push(owner.requireAuth(orders))
    const rule = ruleFor(path, asks)
    scope.get(depth + name, { config, onRequest }, handler)
    check(base + depth + name, ['GET', 'HEAD'], rule)
    scope.route({ url: depth + name, method: ['POST', 'OPTIONS'], config, onRequest, handler })
    check(base + depth + name, ['POST', 'OPTIONS'], rule)
  }
  if (path.length > 1 && path.at(-1)?.prefix === '') return
  // At the address of the prefix, with and without a slash; and where there is no route.
  scope.get('/', handler)
  for (const url of base ? [base, `${base}/`] : ['/'])
    check(url, ['GET', 'HEAD'], ruleFor(path, routes['/plain'].asks))
  const options = scope.hasDecorator('requireAuth') ? { preHandler: scope.requireAuth() } : {}
  scope.setNotFoundHandler(options, async (request, reply) => reply.code(404).send(await handler(request)))
  const rule = 'preHandler' in options ? ruleFor(path, needs({})) : 'anybody'
  check(`${base}/nowhere`, ['GET', 'HEAD', 'POST', 'OPTIONS'], rule, 404)
}

/** Adds to the checks as Fastify comes to the scopes further in. */
async function declare(
  building: Building,
  scope: FastifyInstance,
  around: readonly Level[],
  [level, ...inner]: readonly [Level, ...Level[]],
): Promise<void> {
  const { registration, order, awaits } = level
  const path = [...around, level]
  const [child, ...further] = inner
  for (const step of order) {
    if (step === 'routes') declareRoutes(building, scope, path)
    if (step === 'registration' && registration) {
      const { party, ...options } = registration
      const loaded = scope.register(sealbearer, { authenticator: parties[party].authenticator, ...options })
      if (awaits !== 'nothing') await loaded
    }
    if (step === 'child' && child) {
      const loaded = scope.register((within) => declare(building, within, path, [child, ...further]), {
        prefix: child.prefix,
      })
      if (awaits === 'everything') await loaded
    }
  }
}

/** Asks for every address of an app as everybody; returns what differs from the oracle. */
async function mistakesOf(levels: readonly [Level, ...Level[]], sample: number): Promise<string[]> {
  const app = Fastify()
  const kinds = Object.entries<RouteKind>(routes).filter((_, index) => effort > 1 || index % 4 === sample % 4)
  const checks: Check[] = []
  await declare({ app, kinds, checks }, app, [], levels)
  await app.ready()
  const mistakes: string[] = []
  for (const { url, method, rule, status } of checks) {
    for (const sender of senders) {
      const header = authorization.get(sender)
      const headers = header === undefined ? {} : { authorization: header }
      const { statusCode, body } = await app.inject({ url, method, headers })
      const passed = statusCode === status && method !== 'HEAD'
      const got = passed ? `${statusCode} ${body}` : String(statusCode)
      const all = expected(rule, sender).replace('200', String(status))
      const wanted = method === 'HEAD' ? all.slice(0, 3) : all
      if (got !== wanted) mistakes.push(`${method} ${url}, ${sender.party}: ${got} instead of ${wanted}`)
    }
  }
  await app.close()
  return mistakes.length > 0 ? [JSON.stringify(levels), ...mistakes] : []
}

/** Every way to declare a scope. */
function* levels(prefix: string, steps: readonly Step[]): Generator<Level> {
  const without = steps.filter((step) => step !== 'registration')
  for (const order of permutations(without)) {
    yield { registration: undefined, order, awaits: 'nothing', prefix }
  }
  for (const party of ['users', 'staff'] as const) {
    for (const options of [{}, { protect: true }, { protect: false }]) {
      for (const order of permutations(steps)) {
        for (const awaits of ['nothing', 'the registration', 'everything'] as const) {
          // Without a child that is what the one before it is.
          if (awaits === 'everything' && !steps.includes('child')) continue
          yield { registration: { party, ...options }, order, awaits, prefix }
        }
      }
    }
  }
}

function permutations<T>(items: readonly T[]): readonly T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  )
}

/** The n-th app of all that have scopes such as these, counted with the innermost first. */
function appAt(index: number, scopes: readonly Level[][]): [Level, ...Level[]] {
  let rest = index
  const picked = scopes.toReversed().map((ways) => {
    const way = ways[rest % ways.length]
    rest = Math.floor(rest / ways.length)
    if (!way) throw new Error('a scope can be declared in some way')
    return way
  })
  const [first, ...others] = picked.toReversed()
  if (!first) throw new Error('an app has a scope')
  return [first, ...others]
}

const leaf: readonly Step[] = ['registration', 'routes']
const node: readonly Step[] = ['registration', 'routes', 'child']

describe('the nearest registration decides', () => {
  test.each([
    { prefixes: [''], sample: 1 },
    { prefixes: ['', ''], sample: 33 },
    { prefixes: ['', '/inner'], sample: 37 },
    { prefixes: ['', '', '/inner'], sample: 6661 },
    { prefixes: ['', '/inner', ''], sample: 6673 },
    { prefixes: ['', '/inner', '/most'], sample: 6689 },
  ])(
    'in scopes with the prefixes $prefixes',
    async ({ prefixes, sample }) => {
      const scopes = prefixes.map((prefix, depth) => [
        ...levels(prefix, depth === prefixes.length - 1 ? leaf : node),
      ])
      const count = scopes.reduce((product, { length }) => product * length, 1)
      const step = Math.max(1, Math.floor(sample / effort))
      const mistakes: string[] = []
      for (let index = 0; index < count && mistakes.length < 50; index += step) {
        mistakes.push(...(await mistakesOf(appAt(index, scopes), index)))
      }
      expect(mistakes).toEqual([])
    },
    3_600_000,
  )
})

describe('an inner scope is closed', () => {
  const secret = async () => 'secret'

  test.each<{ title: string; inner: (scope: FastifyInstance, _: unknown, done: () => void) => unknown }>([
    {
      title: 'registered without await',
      inner: async (scope) => {
        scope.register(sealbearer, { authenticator: staff.authenticator, protect: true })
        scope.get('/accounts', secret)
      },
    },
    {
      title: 'registered in a callback plugin',
      inner: (scope, _, done) => {
        scope.register(sealbearer, { authenticator: staff.authenticator, protect: true })
        scope.get('/accounts', secret)
        done()
      },
    },
    {
      title: 'registered below the route',
      inner: async (scope) => {
        scope.get('/accounts', secret)
        await scope.register(sealbearer, { authenticator: staff.authenticator, protect: true })
      },
    },
    {
      title: 'registered by a plugin that shares the scope',
      inner: async (scope) => {
        scope.register(
          fp(async (shared: FastifyInstance) => {
            shared.register(sealbearer, { authenticator: staff.authenticator, protect: true })
          }),
        )
        scope.get('/accounts', secret)
      },
    },
    {
      title: 'registered after the route, once that is loaded',
      inner: async (scope) => {
        scope.get('/accounts', secret)
        scope.after(() => {
          scope.register(sealbearer, { authenticator: staff.authenticator, protect: true })
        })
      },
    },
  ])('to all but its own people over HTTP: $title', async ({ inner }) => {
    const app = Fastify()
    app.register(sealbearer, { authenticator: users.authenticator })
    app.register(inner as FastifyPluginAsync, { prefix: '/bank' })
    app.get('/open', async () => 'open')
    try {
      const address = await app.listen({ port: 0, host: '127.0.0.1' })
      const statusOf = async (path: string, method: string, authorization?: string) =>
        (await fetch(address + path, { method, headers: authorization ? { authorization } : {} })).status
      for (const method of ['GET', 'HEAD']) {
        expect(await statusOf('/bank/accounts', method)).toBe(401)
        expect(await statusOf('/bank/accounts', method, 'Bearer garbage')).toBe(401)
        expect(await statusOf('/bank/accounts', method, await users.authorization())).toBe(401)
        expect(await statusOf('/bank/accounts', method, await staff.authorization())).toBe(200)
        expect(await statusOf('/open', method)).toBe(200)
      }
    } finally {
      await app.close()
    }
  })
})
