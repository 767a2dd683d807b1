import { readdirSync, readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'

const folder = new URL('../', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))

/** What the comments behind calls of `console.log`, or their texts, promise. */
const promisedOutput = (code: string): readonly string[] =>
  [...code.matchAll(/^ *console\.log\((?:'(.*)'|.*)\)(?: \/\/ (.*))?$/gm)].map(
    ([, text, promised]) => promised ?? text ?? '',
  )

test.each(names)('%s prints what it promises', async (name) => {
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)))
  onTestFinished(() => log.mockRestore())
  const promised = promisedOutput(readFileSync(new URL(name, folder), 'utf8'))
  expect(promised).not.toEqual([])
  await import(new URL(name, folder).href)
  await vi.waitFor(() => expect(printed).toEqual(promised), { timeout: 15_000 })
})
