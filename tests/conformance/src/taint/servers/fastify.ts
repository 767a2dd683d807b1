import fastify from 'fastify'
import { pino } from 'pino'
import { conformanceRoutes } from '../../routes.js'
import { serve } from '../../servers/fastify.js'
import { describeValue } from '../describe-value.js'
import type { TalkativeFramework } from './talkative.js'

/** pino at `trace`, with all of its own serializers of errors at once. */
export const talkativeFastify: TalkativeFramework = (setup, record) => async (connection) => {
  const { err, errWithCause } = pino.stdSerializers
  const serializers = {
    err: (error: Error) => ({ own: err(error), cause: errWithCause(error), all: describeValue(error) }),
  }
  const stream = { write: (line: string) => record('logger', line) }
  const app = fastify({
    loggerInstance: pino({ level: 'trace', serializers }, stream),
    trustProxy: connection === 'proxied',
    exposeHeadRoutes: false,
  })
  app.addHttpMethod('PROPFIND')
  app.addHook('onError', (request, _reply, error, done) => {
    record('error', error)
    request.log.trace({ err: error }, error.message)
    done()
  })
  for (const policy of new Set(conformanceRoutes().map((route) => route.policy))) {
    await app.register((scope) => serve(scope, policy, setup))
  }
  await app.ready()
  return (req, res) => app.routing(req, res)
}
