import { readFileSync } from 'node:fs'
import * as core from '@sealbearer/core'
import * as jose from '@sealbearer/core/jose'
import * as keyRing from '@sealbearer/core/key-ring'
import * as file from '@sealbearer/core/key-ring/file'
import { expect, test } from 'vitest'

const readme = readFileSync(new URL('../../../packages/core/README.md', import.meta.url), 'utf8')

test.each([
  { path: '@sealbearer/core', entry: core },
  { path: '@sealbearer/core/jose', entry: jose },
  { path: '@sealbearer/core/key-ring', entry: keyRing },
  { path: '@sealbearer/core/key-ring/file', entry: file },
])('the README of core lists everything that $path exports', ({ path, entry }) => {
  expect(readme).toContain(`| \`${path}\` |`)
  expect(Object.keys(entry).filter((name) => !readme.includes(`\`${name}\``))).toEqual([])
})
