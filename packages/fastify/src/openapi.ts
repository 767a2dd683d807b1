import { describeGuards, type GuardedBy } from '@sealbearer/core/adapter'

/** Returns the guard of a route in the scope of the route; `undefined` if it accepts every request. */
type FindGuard = (scope: object) => GuardedBy | undefined

const guards = new WeakMap<object, FindGuard>()

/** Records the guard of a hook, for the description of its routes. */
export function describedBy<Hook extends object>(hook: Hook, find: FindGuard): Hook {
  guards.set(hook, find)
  return hook
}

/** The authenticator and requirement of a hook, for a route in a scope. */
export const guardOfHook = (hook: object, scope: object): GuardedBy | undefined => guards.get(hook)?.(scope)

/** A route, with its hooks as they are once all plugins have loaded. */
interface DescribedRoute {
  readonly onRequest?: object | object[] | undefined
  readonly preParsing?: object | object[] | undefined
  readonly preValidation?: object | object[] | undefined
  readonly preHandler?: object | object[] | undefined
}

const guardsOf = (route: DescribedRoute, scope: object): readonly GuardedBy[] =>
  [route.onRequest, route.preParsing, route.preValidation, route.preHandler]
    .flatMap((hooks) => [hooks ?? []].flat())
    .flatMap((hook) => guardOfHook(hook, scope) ?? [])

/** The members of a route's schema that are used. */
interface RouteSchema {
  readonly security?: unknown
  readonly response?: Readonly<Record<string, unknown>>
}

interface Transformed {
  readonly schema?: RouteSchema | undefined
  readonly url?: string
}

/** The argument of a transform of `@fastify/swagger`. */
interface TransformInput extends Transformed {
  /** `undefined` for Swagger 2.0. */
  readonly openapiObject?: {
    readonly openapi?: string
    components?: { securitySchemes?: Record<string, unknown> }
  }
}

/** A transform of `@fastify/swagger`: for all routes, or for one in its `config.swaggerTransform`. */
type SwaggerTransform = (input: TransformInput) => Transformed

/** The same as an option, of any version of that plugin. */
export interface TransformOption {
  readonly transform: (input: never) => object
}

const unchanged: SwaggerTransform = ({ schema, url }) => ({ schema, ...(url !== undefined && { url }) })

const ours = new WeakMap<SwaggerTransform, SwaggerTransform | false | undefined>()

/**
 * Creates the transform that adds what the guards of a route require to its description. The schema of the route itself is
 * left unchanged: it also determines how responses are serialized.
 *
 * @param own The transform of the route itself; `false` for none at all.
 * @param all That of all routes, which `@fastify/swagger` does not call for a route with its own.
 */
function securityTransform(
  route: DescribedRoute,
  scope: object,
  own: SwaggerTransform | false | undefined,
  all: SwaggerTransform | undefined,
): SwaggerTransform {
  // The route options may be copied from another route, or changed by an outer registration.
  const before = typeof own === 'function' && ours.has(own) ? ours.get(own) : own
  const base = before === undefined ? all : before
  const transform: SwaggerTransform = (input) => {
    const transformed = (base || unchanged)(input)
    const found = guardsOf(route, scope)
    const { openapiObject } = input
    if (openapiObject === undefined || found.length === 0) return transformed
    const version = openapiObject.openapi?.startsWith('3.0') ? '3.0' : '3.1'
    const { securitySchemes, security, responses } = describeGuards(found, { openapi: version })
    const { schema = {} } = transformed
    const { components = {} } = openapiObject
    components.securitySchemes = { ...securitySchemes, ...components.securitySchemes }
    openapiObject.components = components
    return {
      ...transformed,
      schema: {
        ...schema,
        security: schema.security ?? security,
        response: { ...(schema.response ?? defaultResponse), ...asSchemas(responses), ...schema.response },
      },
    }
  }
  ours.set(transform, before)
  return transform
}

/** The response that `@fastify/swagger` adds to a route only if it has no others. */
const defaultResponse = { 200: { type: 'null', description: 'Default Response' } }

type Responses = ReturnType<typeof describeGuards>['responses']

/** In a route's schema, a response header is described by its schema alone. */
const asSchemas = (responses: Responses): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(responses).map(([status, { headers, ...response }]) => [
      status,
      {
        ...response,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, { schema, ...header }]) => [name, { ...schema, ...header }]),
        ),
      },
    ]),
  )

/** Whether all parts of a schema are JSON Schema: schemas of other libraries need a transform. */
function isJsonSchema(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true
  const parts = Object.entries(schema).flatMap(([name, part]: [string, unknown]) =>
    name === 'response' ? Object.values(part ?? {}) : [part],
  )
  return parts.every(
    (part) =>
      typeof part !== 'object' ||
      part === null ||
      Array.isArray(part) ||
      Object.getPrototypeOf(part) === Object.prototype,
  )
}

/** The members of a scope that are used. */
interface Scope {
  hasDecorator(name: string): boolean
  readonly log: { warn(message: string): unknown }
}

interface AddedRoute extends DescribedRoute {
  readonly schema?: unknown
  config?: object | undefined
}

/** Reads the option `openapi`. @returns a function that describes a route, unless it is turned off. @throws {TypeError} */
export function routeDescriber(
  openapi: boolean | TransformOption | undefined,
): (scope: Scope, route: AddedRoute) => void {
  // It is called with the arguments that the plugin passes to it.
  const all = (typeof openapi === 'object' ? openapi?.transform : undefined) as SwaggerTransform | undefined
  if (openapi !== undefined && typeof openapi !== 'boolean' && typeof all !== 'function') {
    throw new TypeError('openapi: must be true, false or { transform }, the transform of @fastify/swagger')
  }
  let isWarned = false
  return (scope, route) => {
    if (openapi === false || (openapi === undefined && !scope.hasDecorator('swagger'))) return
    const { swaggerTransform: own }: { readonly swaggerTransform?: SwaggerTransform | false } =
      route.config ?? {}
    if (all === undefined && own === undefined && !isJsonSchema(route.schema)) {
      if (!isWarned) scope.log.warn(notDescribed)
      isWarned = true
      return
    }
    route.config = { ...route.config, swaggerTransform: securityTransform(route, scope, own, all) }
  }
}

const notDescribed =
  '@sealbearer/fastify: a route whose schema is not JSON Schema is described without its security; pass the plugin openapi: { transform }, the transform of @fastify/swagger'
