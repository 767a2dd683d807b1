// Writes packages/core/MUTATION.md from Stryker's reports. Fails where a survivor has no reason in survivors.json, and
// where fewer mutants are killed than there must be.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { folders } from './folders.js'
import { mostTests } from './most-tests.js'
import { keyOf } from './mutant-key.js'

const least = 92
const url = (/** @type {string} */ name) => new URL(name, import.meta.url)
const read = (/** @type {string} */ name) => JSON.parse(readFileSync(url(name), 'utf8'))

/**
 * @typedef {import('./mutant-key.js').Mutant & { status: string }} Mutant
 * @typedef {{ file: string, line: number, key: string }} Survivor
 */

/** @type {{ folder: string, killed: number, timeout: number, survived: number, total: number }[]} */
const scores = []
/** @type {Survivor[]} */
const survivors = []
/** @type {string[]} */
const missing = []
for (const folder of Object.keys(folders)) {
  if (!existsSync(url(`reports/${folder}.json`))) {
    console.error(`${folder} has not been mutated; run \`pnpm mutation ${folder}\``)
    missing.push(folder)
    continue
  }
  const { files } = read(`reports/${folder}.json`)
  const score = { folder, killed: 0, timeout: 0, survived: 0, total: 0 }
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const lines = source.split('\n')
    for (const mutant of /** @type {Mutant[]} */ (mutants)) {
      score.total++
      if (mutant.status === 'Killed') score.killed++
      else if (mutant.status === 'Timeout') score.timeout++
      else {
        score.survived++
        survivors.push({ file, line: mutant.location.start.line, key: keyOf(lines, mutant) })
      }
    }
  }
  scores.push(score)
}

/** @type {{ reason: string, mutants: Record<string, string[]> }[]} */
const reasons = read('survivors.json')
const unexplained = new Set(survivors)
const stale = []
const lists = []
for (const { reason, mutants } of reasons) {
  const rows = []
  for (const [file, keys] of Object.entries(mutants)) {
    for (const key of keys) {
      const found = survivors.filter((survivor) => survivor.file === file && survivor.key === key)
      if (found.length === 0) stale.push(`${file}: ${key}`)
      for (const survivor of found) {
        unexplained.delete(survivor)
        rows.push(`- ${file.replace(/^src\//, '')}:${survivor.line} ${'`'}${key.replaceAll('`', "'")}${'`'}`)
      }
    }
  }
  if (rows.length > 0) lists.push(`### ${reason}\n\n${rows.join('\n')}\n`)
}

const sum = scores.reduce((all, score) => ({
  folder: 'all',
  killed: all.killed + score.killed,
  timeout: all.timeout + score.timeout,
  survived: all.survived + score.survived,
  total: all.total + score.total,
}))
const percent = (/** @type {typeof sum} */ { killed, timeout, total }) =>
  ((100 * (killed + timeout)) / total).toFixed(1)
const row = (/** @type {typeof sum} */ score) =>
  `| ${score.folder} | ${score.total} | ${score.killed} | ${score.timeout} | ${score.survived} | ${percent(score)} % |`

const text = `# Mutation tests

Stryker changes the source in one place at a time, and the tests have to notice. \`pnpm mutation\` from the root does it for the folders
that decide, or for those that are named (\`pnpm mutation jwt http\`), and writes this file. It fails below ${least} %, and where a survivor
has no reason in \`mutation/survivors.json\`. Last written on ${new Date().toISOString().slice(0, 10)}, with Node ${process.versions.node} and its engine; \`engines.test.ts\`
runs the other engine too.

| folder | mutants | killed | endless, so killed | survived | score |
| --- | ---: | ---: | ---: | ---: | ---: |
${[...scores.map(row), ...missing.map((folder) => `| ${folder} | not yet | | | | |`), row(sum)].join('\n')}

No mutant that Stryker makes of these files is left out, not even of messages. \`mutation/\` compiles a copy of core, keeps it and its tests
loaded, and runs for each mutant the tests that reach it, until one fails; that one counts if it passes without the mutant. After ${mostTests}
tests a mutant is a survivor. Not asked are the generated tests of \`properties/\`, tests that may take more than 20 seconds, and the few
that need vitest's own way of loading modules; what works on files or waits for a server is asked about key rings and remote keys alone.

## Survivors

As \`⟦original⟧ → replacement\`, under the reason why each lives.

${lists.join('\n')}`
writeFileSync(url('../packages/core/MUTATION.md'), `${text.trimEnd()}\n`)

console.log(text.slice(text.indexOf('| folder'), text.indexOf('\n\nNothing')))
for (const { file, line, key } of unexplained) console.error(`no reason: ${file}:${line} ${key}`)
for (const key of stale) console.error(`no such survivor: ${key}`)
if (missing.length > 0 || unexplained.size > 0 || Number(percent(sum)) < least) process.exitCode = 1
