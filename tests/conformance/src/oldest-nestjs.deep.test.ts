import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { HttpException } from '@nestjs/common'
import { describe, expect, test, vi } from 'vitest'
import { testEveryCase } from './every-case.js'
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

describe('the oldest', () => testEveryCase(nestPlatforms, 'respond'))
