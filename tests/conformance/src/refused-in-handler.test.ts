import { getRequestListener } from '@hono/node-server'
import type { Authenticator } from '@sealbearer/core'
import * as forExpress from '@sealbearer/express'
import * as forFastify from '@sealbearer/fastify'
import * as forHono from '@sealbearer/hono'
import * as forKoa from '@sealbearer/koa'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Answer, answers, needsScope } from './answers.js'
import { type Conformance, createConformance } from './conformance.js'
import type { ListenerFactory } from './node.js'
import { startNodeTarget } from './node.js'
import { host } from './parties.js'
import { comparableHeaders } from './run.js'

/** Refuses from inside the handler of its one route, behind a guard that throws, and answers as its adapter does. */
type Refusing = (authenticator: Authenticator, refuse: () => never) => ListenerFactory

const onFailure = 'throw'

const frameworks: Readonly<Record<string, Refusing>> = {
  fastify: (authenticator, refuse) => async () => {
    const app = fastify()
    await app.register(forFastify.sealbearer, { authenticator, onFailure })
    app.setErrorHandler(forFastify.answerRefusal)
    app.get('/', { onRequest: app.requireAuth() }, async () => refuse())
    await app.ready()
    return (req, res) => app.routing(req, res)
  },
  koa: (authenticator, refuse) => () => {
    const app = new Koa().use(forKoa.answerRefusal)
    app.use(forKoa.requireAuth(authenticator, {}, { onFailure })).use(() => refuse())
    return app.callback()
  },
  hono: (authenticator, refuse) => () => {
    const app = new Hono().get('/', forHono.requireAuth(authenticator, {}, { onFailure }), () => refuse())
    return getRequestListener(app.fetch)
  },
  express: (authenticator, refuse) => () => {
    const app = express().disable('x-powered-by')
    app.get('/', forExpress.requireAuth(authenticator, {}, { onFailure }), () => refuse())
    return app.use(forExpress.answerRefusal)
  },
}

type Refuse = (authenticator: Authenticator) => Error

const rows: readonly (readonly [title: string, refuse: Refuse, answer: Answer])[] = [
  [
    'too little scope',
    (own) => own.refuse('SB_SCOPE_INSUFFICIENT', { scope: 'orders:write' }),
    needsScope('orders:write'),
  ],
  ['a missing role', (own) => own.refuse('SB_ROLE_INSUFFICIENT'), answers.insufficient],
  ['a revoked token', (own) => own.refuse('SB_TOKEN_REVOKED'), answers.invalidToken],
  ['no credentials', (own) => own.refuse('SB_CREDENTIALS_MISSING'), answers.missing],
  ['a forged request', (own) => own.refuse('SB_CSRF'), answers.forgedRequest],
  ['a malformed request', (own) => own.refuse('SB_CREDENTIALS_MALFORMED'), answers.invalidRequest],
  ['a store that is down', (own) => own.refuse('SB_STORE_UNAVAILABLE'), answers.unavailable],
]

describe.each(Object.entries(frameworks))('%s', (name, refusing) => {
  let conformance: Conformance
  beforeAll(async () => {
    conformance = await createConformance()
  })

  /** What a request is answered with, by a handler that refuses so. */
  async function answerOf(refuse: Refuse, authorization?: string) {
    const authenticator = conformance.policies.signed
    const listener = refusing(authenticator, () => {
      throw refuse(authenticator)
    })
    const target = await startNodeTarget({ name, tellsCode: false }, listener)
    onTestFinished(() => target.close())
    const response = await target.send({
      connection: 'loopback',
      method: 'GET',
      target: '/',
      headers: [
        ['Host', host],
        ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
      ],
      body: undefined,
    })
    return { status: response.status, headers: comparableHeaders(response), body: response.body }
  }

  const written = ({ status, challenge, retryAfter, body }: Answer) => ({
    status,
    headers: [
      'cache-control: no-store',
      'content-type: application/json; charset=utf-8',
      ...(retryAfter === null ? [] : [`retry-after: ${retryAfter}`]),
      ...(challenge === null ? [] : [`www-authenticate: ${challenge}`]),
    ],
    body,
  })

  test.each(rows)('a handler refuses: %s', async (_, refuse, answer) => {
    const authorization = `Bearer ${await conformance.tokens.signed()}`
    expect(await answerOf(refuse, authorization)).toEqual(written(answer))
  })

  test('what the guard throws is answered alike', async () => {
    const [, refuse] = rows[0] ?? []
    expect(await answerOf(refuse as Refuse)).toEqual(written(answers.missing))
  })

  test('any other error is left to the framework', async () => {
    const authorization = `Bearer ${await conformance.tokens.signed()}`
    const { status, headers } = await answerOf(() => new Error('out of paper'), authorization)
    expect(status).toBe(500)
    expect(headers.join()).not.toContain('www-authenticate')
  })
})
