import { isSealbearerError } from '@sealbearer/core'
import { getAuth, requireAuth } from '@sealbearer/express'
import express, { type ErrorRequestHandler } from 'express'
import { describeAuth } from '../grant.js'
import { requirements } from '../requirements.js'
import { conformanceRoutes } from '../routes.js'
import { codeHeader } from '../target.js'
import type { Framework } from './framework.js'

export const expressFramework: Framework =
  ({ policies, onFailure, logger }) =>
  (connection) => {
    const app = express()
    app.disable('x-powered-by')
    app.set('trust proxy', connection === 'proxied')
    for (const { path, policy, requirement } of conformanceRoutes()) {
      const authenticator = policies[policy]
      app.all(
        path,
        requireAuth(authenticator, requirements[requirement], { onFailure, logger }),
        (req, res) => {
          res.json(describeAuth(getAuth(req, authenticator, { optional: true })))
        },
      )
    }
    app.use(answerError)
    return app
  }

const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (!isSealbearerError(error)) return next(error)
  res.status(error.status).set(error.headers).set(codeHeader, error.code).end(JSON.stringify(error.body))
}
