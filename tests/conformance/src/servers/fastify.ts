import { isSealbearerError } from '@sealbearer/core'
import { getAuth, sealbearer } from '@sealbearer/fastify'
import fastify, { type FastifyInstance } from 'fastify'
import { describeAuth } from '../grant.js'
import type { PolicyName } from '../policies.js'
import { requirements } from '../requirements.js'
import { conformanceMethods, conformanceRoutes } from '../routes.js'
import { codeHeader } from '../target.js'
import type { Framework, ServerSetup } from './framework.js'

export const fastifyFramework: Framework = (setup) => async (connection) => {
  const app = fastify({
    trustProxy: connection === 'proxied',
    exposeHeadRoutes: false,
    ...(setup.logger && { logger: { stream: linesTo(setup.logger) } }),
    disableRequestLogging: true,
  })
  app.addHttpMethod('PROPFIND')
  app.setErrorHandler((error, _request, reply) => {
    if (!isSealbearerError(error)) return reply.send(error)
    reply.code(error.status).headers({ ...error.headers, [codeHeader]: error.code })
    return reply.send(JSON.stringify(error.body))
  })
  const policies = new Set(conformanceRoutes().map(({ policy }) => policy))
  for (const policy of policies) await app.register((scope) => serve(scope, policy, setup))
  await app.ready()
  return (req, res) => app.routing(req, res)
}

/** Passes on what Fastify writes to its log, in lines of JSON. */
const linesTo = (logger: NonNullable<ServerSetup['logger']>) => ({
  write(line: string): void {
    const { msg, code, parameter } = JSON.parse(line)
    logger.info({ code, parameter }, msg)
  },
})

/** One policy in a scope of its own. */
export async function serve(
  scope: FastifyInstance,
  policy: PolicyName,
  { policies, onFailure }: ServerSetup,
): Promise<void> {
  const authenticator = policies[policy]
  await scope.register(sealbearer, { authenticator, onFailure })
  for (const { path, requirement } of conformanceRoutes().filter((route) => route.policy === policy)) {
    scope.route({
      method: [...conformanceMethods],
      url: path,
      onRequest: scope.requireAuth(requirements[requirement]),
      handler: (request) => describeAuth(getAuth(request, authenticator, { optional: true })),
    })
  }
}
