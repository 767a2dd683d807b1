import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'

const folder = new URL('../', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))
const codeOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')

/** Those with a test of their own are servers; the others print something. */
const hasTest = (name: string): boolean =>
  ['test', 'deep.test'].some((kind) =>
    existsSync(new URL(name.replace(/ts$/, `${kind}.ts`), import.meta.url)),
  )
const programs = names.filter((name) => !hasTest(name))

/** What the comments behind calls of `console.log`, or their texts, promise. */
const promisedOutput = (code: string): readonly string[] =>
  [...code.matchAll(/^ *console\.log\((?:'(.*)'|.*)\)(?: \/\/ (.*))?$/gm)].map(
    ([, text, promised]) => promised ?? text ?? '',
  )

test.each(programs)('%s prints what it promises', async (name) => {
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)))
  onTestFinished(() => log.mockRestore())
  const promised = promisedOutput(codeOf(name))
  expect(promised).not.toEqual([])
  await import(new URL(name, folder).href)
  await vi.waitFor(() => expect(printed).toEqual(promised), { timeout: 15_000 })
})

test.each(names)('%s says what it is, and stands in the index', (name) => {
  expect(codeOf(name)).toMatch(/^\/\/ \S/)
  expect(readFileSync(new URL('README.md', folder), 'utf8')).toContain(`](${name})`)
})

/** Types, and what the platform itself has. */
const notInstalled = /^(?:node:|cloudflare:|aws-lambda$)/

test.each(names)('%s says what to install', (name) => {
  const line = /^\/\/ (?:npm install|bun add) (.*)$/m.exec(codeOf(name))?.[1] ?? ''
  const imported = [...codeOf(name).matchAll(/(?:from|import) '([^']+)'/g)]
    .map(([, specifier = '']) => specifier)
    .filter((specifier) => !notInstalled.test(specifier))
    .map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0])
  expect(line.split(' ')).toEqual(expect.arrayContaining(imported))
})
