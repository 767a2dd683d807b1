import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { own } from './places.js'
import { runtimes } from './runtimes.js'

// Our own file.
const { optionalDependencies } = JSON.parse(readFileSync(join(own, 'binaries', 'package.json'), 'utf8')) as {
  readonly optionalDependencies: Readonly<Record<string, string>>
}
const versionOf = (name: string): string | undefined => optionalDependencies[name]?.split('@').at(-1)

test.each(runtimes)('$name has one version on all machines, which the README names', ({ name }) => {
  const version = versionOf(`${name}-linux-x64`)
  expect(version).toMatch(/^\d/)
  expect(versionOf(`${name}-linux-arm64`)).toBe(version)
  const row = new RegExp(
    `^\\| ${name.replace(/\d+$/, '')} \\|.*\\b${version?.replaceAll('.', '\\.')}\\b`,
    'im',
  )
  expect(readFileSync(join(own, 'README.md'), 'utf8')).toMatch(row)
})
