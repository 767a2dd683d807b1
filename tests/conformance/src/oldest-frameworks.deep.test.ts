import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { testEveryCase } from './every-case.js'
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

describe('the oldest', () => {
  test.each(Object.keys(frameworks))('%s is that of the range', (name) => {
    const { version } = JSON.parse(readFileSync(packageFile(`${name}-oldest`), 'utf8'))
    expect(version).toBe(oldestOf(name))
  })

  testEveryCase(frameworks, 'respond')
})

/** Not by `require`, since not every package exports it. */
const packageFile = (name: string): URL => new URL(`../node_modules/${name}/package.json`, import.meta.url)
