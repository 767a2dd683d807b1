import { getAuth, requireAuth } from '@sealbearer/express'
import express, { type ErrorRequestHandler } from 'express'
import { describeAuth } from '../../grant.js'
import { requirements } from '../../requirements.js'
import { conformanceRoutes } from '../../routes.js'
import type { TalkativeFramework } from './talkative.js'

/** Express's own error handler in development: the stack in the answer, and on the console. */
export const talkativeExpress: TalkativeFramework =
  ({ policies, onFailure }, record) =>
  (connection) => {
    const app = express()
    app.set('env', 'development')
    app.set('trust proxy', connection === 'proxied')
    for (const { path, policy, requirement } of conformanceRoutes()) {
      const authenticator = policies[policy]
      app.all(path, requireAuth(authenticator, requirements[requirement], { onFailure }), (req, res) => {
        res.json(describeAuth(getAuth(req, authenticator, { optional: true })))
      })
    }
    const onError: ErrorRequestHandler = (error, _req, _res, next) => {
      record('error', error)
      next(error)
    }
    app.use(onError)
    return app
  }
