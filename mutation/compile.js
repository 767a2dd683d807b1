// Compiles the sandbox that Stryker made of core, tests and all, to where its package.json looks for it.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
const sources = files.filter((file) => file.endsWith('.ts')).map((file) => join('src', file))
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))
const flags =
  '--ignoreConfig --noCheck --rootDir src --outDir dist --target es2023 --module nodenext --types node --verbatimModuleSyntax'
const { status, stdout } = spawnSync(process.execPath, [tsc, ...flags.split(' '), ...sources], {
  encoding: 'utf8',
})
if (status !== 0) {
  console.error(stdout)
  process.exit(1)
}
const suite = JSON.stringify(new URL('suite.js', import.meta.url).href)
for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.js')) continue
  const path = join('dist', file)
  const text = readFileSync(path, 'utf8')
  if (text.includes("from 'vitest'")) writeFileSync(path, text.replaceAll("from 'vitest'", `from ${suite}`))
}
