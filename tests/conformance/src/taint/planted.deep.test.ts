import { channel } from 'node:diagnostics_channel'
import type { RequestListener } from 'node:http'
import { createAuthenticator } from '@sealbearer/core'
import { afterEach, describe, expect, test } from 'vitest'
import { type Conformance, createConformance } from '../conformance.js'
import type { RefusedCase } from '../conformance-case.js'
import { conformanceCases } from '../conformance-cases.js'
import { type ListenerFactory, type NodeTarget, startNodeTarget } from '../node.js'
import type { PolicyName } from '../policies.js'
import { requestOf } from '../run.js'
import { createVerifiers } from '../verifiers.js'
import { type Capture, startCapture } from './capture.js'
import { keySecrets } from './key-secrets.js'
import { leaksOfCase } from './leaks-of-case.js'
import { publicTexts } from './public-texts.js'
import type { TalkativeFramework } from './servers/talkative.js'
import { talkativeFrameworks } from './servers/talkative-frameworks.js'
import { Taint } from './taint.js'
import { ownChannels } from './watched-channels.js'

const conformance: Conformance = await createConformance()

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

const isRow = (row: (typeof conformanceCases)[number]): row is RefusedCase =>
  row.title === 'signed: another issuer'

/** Sends one refused request to a server in which something is planted. */
async function leaksWith(
  [name, framework]: readonly [string, TalkativeFramework],
  onFailure: 'respond' | 'throw',
  plant: {
    readonly policies?: () => Partial<Conformance['policies']>
    readonly listener?: (listener: RequestListener) => RequestListener
  },
): Promise<readonly string[]> {
  const policies: Record<PolicyName, Conformance['policies'][PolicyName]> = {
    ...conformance.policies,
    ...plant.policies?.(),
  }
  const capture: Capture = startCapture()
  cleanUp.push(() => capture.stop())
  const createListener: ListenerFactory = async (connection) => {
    const listener = await framework({ policies, onFailure }, capture.record)(connection)
    return plant.listener?.(listener) ?? listener
  }
  const target: NodeTarget = await startNodeTarget({ name, tellsCode: false }, createListener)
  cleanUp.push(() => target.close())
  const row = conformanceCases.find(isRow)
  if (row === undefined) throw new Error('the row has gone')
  const request = await requestOf(row, target, conformance.tokens)
  const keyTaint = new Taint(await keySecrets(conformance.tokens.keys))
  return (await leaksOfCase(target, request, capture, keyTaint, publicTexts)).leaks
}

/** A realm is in the challenge, and the challenge in the answer and on the error: all that these take a way to. */
const leakyRealm = () => {
  const { keys } = conformance.tokens
  const realm = Buffer.from(keys.hmac.bytes).toString('hex').slice(8, 24)
  return { signed: createAuthenticator({ verifier: createVerifiers(keys).signed, realm }) }
}

/** A header whose name says what is in the others as soon as core looks at it. */
const leakyHeader =
  (listener: RequestListener): RequestListener =>
  (req, res) => {
    const token = req.headers.authorization?.slice(-12)
    const name = {
      length: 'authorization'.length,
      // For @hono/node-server, which then takes it for a pseudo-header and leaves it out.
      charCodeAt: () => ':'.charCodeAt(0),
      toLowerCase(): never {
        throw new Error(`cannot read ${token}`)
      },
    }
    req.rawHeaders.push(name as unknown as string, 'x')
    listener(req, res)
  }

describe.each(Object.entries(talkativeFrameworks))('planted in %s', (...framework) => {
  const [name] = framework

  test('nothing: nothing is found', async () => {
    expect(await leaksWith(framework, 'throw', {})).toEqual([])
    expect(await leaksWith(framework, 'respond', {})).toEqual([])
  })

  test('a part of a key in the challenge', async () => {
    const inAnswer = ['answer: the secret hmac']
    expect(await leaksWith(framework, 'respond', { policies: leakyRealm })).toEqual(inAnswer)
    expect(await leaksWith(framework, 'throw', { policies: leakyRealm })).toEqual(
      expect.arrayContaining([...inAnswer, 'error: the secret hmac']),
    )
  })

  test('a part of the token in an error that the framework reports', async () => {
    const outlets: Readonly<Record<string, readonly string[]>> = {
      fastify: ['answer', 'logger', 'error'],
      koa: ['error', 'console'],
      hono: ['answer', 'error', 'console'],
      express: ['answer', 'error', 'console'],
    }
    const leaks = await leaksWith(framework, 'respond', { listener: leakyHeader })
    expect(leaks).toEqual(outlets[name]?.map((outlet) => `${outlet}: a part of the credentials`))
  })
})

const says =
  (say: (token: string) => void) =>
  (listener: RequestListener): RequestListener =>
  (req, res) => {
    say(req.headers.authorization?.slice(-12) ?? '')
    listener(req, res)
  }

describe('planted beside a framework', () => {
  const { console: terminal } = globalThis
  test.each<[string, readonly string[], (token: string) => void]>([
    ['console.log', ['console'], (token) => terminal.log('token %s', token)],
    [
      'console.error, deep in an object',
      ['console'],
      (token) => terminal.error({ a: { b: { c: { d: [token] } } } }),
    ],
    ['console.debug', ['console'], (token) => terminal.debug(token)],
    ['standard output', ['output'], (token) => process.stdout.write(token)],
    ['standard error, as bytes', ['output'], (token) => process.stderr.write(Buffer.from(token))],
    ['a warning', ['output', 'warning'], (token) => process.emitWarning(`odd token ${token}`)],
    [
      'a diagnostics channel',
      ['diagnostics'],
      (token) => channel('tracing:fastify.request.handler:error').publish({ error: new Error(token) }),
    ],
    ...ownChannels.map((name): [string, readonly string[], (token: string) => void] => [
      name,
      ['diagnostics'],
      (token) => channel(name).publish({ code: token }),
    ]),
  ])('on %s', async (_, outlets, say) => {
    const [framework] = Object.entries(talkativeFrameworks)
    if (framework === undefined) throw new Error('no framework')
    const leaks = await leaksWith(framework, 'respond', { listener: says(say) })
    expect(leaks).toEqual(outlets.map((outlet) => `${outlet}: a part of the credentials`))
  })
})
