import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { HttpException } from '@nestjs/common'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Conformance, createConformance } from './conformance.js'
import { isRefused, twinOf } from './conformance-case.js'
import { conformanceCases } from './conformance-cases.js'
import { type NodeTarget, startNodeTarget } from './node.js'
import { runCase } from './run.js'
import { nestPlatforms } from './servers/nestjs.js'

// The oldest version that the guards accept as their peer, in place of the newest.
vi.mock('@nestjs/common', () => import(String('@sealbearer/nestjs-11/common')))
vi.mock('@nestjs/core', () => import(String('@sealbearer/nestjs-11/core')))
vi.mock('@nestjs/platform-express', () => import(String('@sealbearer/nestjs-11/platform-express')))
vi.mock('@nestjs/platform-fastify', () => import(String('@sealbearer/nestjs-11/platform-fastify')))

const manifestOf = (path: string): URL => new URL(`../../../${path}/package.json`, import.meta.url)
const read = (path: string) => JSON.parse(readFileSync(manifestOf(path), 'utf8'))

test('the oldest NestJS is that of the range', () => {
  const oldest = createRequire(manifestOf('tests/nestjs-11'))('@nestjs/common')
  expect(HttpException).toBe(oldest.HttpException)
  const { peerDependencies } = read('packages/nestjs')
  const installed = read('tests/nestjs-11/node_modules/@nestjs/common').version
  for (const name of ['@nestjs/common', '@nestjs/core']) {
    expect(/\d+\.\d+\.\d+/.exec(String(peerDependencies[name]))?.[0]).toBe(installed)
  }
})

describe.each(Object.entries(nestPlatforms))('the oldest %s', (name, framework) => {
  let conformance: Conformance
  let target: NodeTarget
  beforeAll(async () => {
    conformance = await createConformance()
    const createListener = framework({ policies: conformance.policies, onFailure: 'respond' })
    target = await startNodeTarget({ name, tellsCode: false }, createListener)
  })
  afterAll(() => target.close())

  test.each(conformanceCases.map((row) => [row.title, row] as const))('%s', async (_, row) => {
    expect(await runCase(row, target, conformance.tokens)).toEqual([])
    if (isRefused(row)) expect(await runCase(twinOf(row), target, conformance.tokens)).toEqual([])
  })
})
