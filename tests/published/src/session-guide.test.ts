import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codeFiles } from './code-blocks.js'

const guide = readFileSync(new URL('../../../docs/guides/sessions.md', import.meta.url), 'utf8')
const files = codeFiles(guide)

const codeOf = (name: string): string =>
  files.find((file) => file.name === name)?.code ?? expect.unreachable(`no ${name}`)

/** The lines of a program in one file, without comments, empty lines and what a browser does. */
const linesOf = (code: string): readonly string[] => {
  const [program = ''] = code.split('// What a browser does.')
  return program.split('\n').filter((line) => /^ *[^ /]/.test(line) && !line.includes("'./auth.js'"))
}

test.each([
  // The server of Node has to be imported.
  { name: 'hono.ts', toListen: 2 },
  { name: 'fastify.ts', toListen: 1 },
])('login, renewal, logout and logout everywhere are at most 20 lines: $name', ({ name, toListen }) => {
  const lines = [...linesOf(codeOf('auth.ts')), ...linesOf(codeOf(name))]
  expect(lines.join('\n')).toMatch(/logIn\(.+cookies\.logout\).+cookies\.logoutEverywhere\).+requireAuth\(/s)
  expect(lines.length + toListen).toBeLessThanOrEqual(20)
})
