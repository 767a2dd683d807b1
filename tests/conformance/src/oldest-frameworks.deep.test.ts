import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { runCase } from './run.js'
import { frameworks } from './servers/frameworks.js'

// Old packages have no types of their own.
// The oldest version that each adapter accepts as its peer, in place of the newest.
vi.mock('express', () => import(String('express-oldest')))
vi.mock('fastify', () => import('fastify-oldest'))
vi.mock('koa', () => import(String('koa-oldest')))
vi.mock('hono', () => import('hono-oldest'))
vi.mock('hono/http-exception', () => import('hono-oldest/http-exception'))

/** The first version of the range that an adapter has for its framework. */
function oldestOf(name: string): string | undefined {
  const file = new URL(`../../../packages/${name}/package.json`, import.meta.url)
  const { peerDependencies } = JSON.parse(readFileSync(file, 'utf8'))
  return /\d+\.\d+\.\d+/.exec(String(peerDependencies[name]))?.[0]
}

describe.each(Object.entries(frameworks))('the oldest %s', (name, framework) => {
  let conformance: Conformance
  let target: NodeTarget
  beforeAll(async () => {
    conformance = await createConformance()
    const createListener = framework({ policies: conformance.policies, onFailure: 'respond' })
    target = await startNodeTarget({ name, tellsCode: false }, createListener)
  })
  afterAll(() => target.close())

  test('is that of the range', () => {
    const { version } = JSON.parse(readFileSync(packageFile(`${name}-oldest`), 'utf8'))
    expect(version).toBe(oldestOf(name))
  })

  test.each(conformanceCases.map((row) => [row.title, row] as const))('%s', async (_, row) => {
    expect(await runCase(row, target, conformance.tokens)).toEqual([])
    if (isRefused(row)) expect(await runCase(twinOf(row), target, conformance.tokens)).toEqual([])
  })
})

/** Not by `require`, since not every package exports it. */
const packageFile = (name: string): URL => new URL(`../node_modules/${name}/package.json`, import.meta.url)
