// Writes packages/core/MUTATION.md from Stryker's reports. Fails where a survivor has no reason in survivors.json, and
// where fewer mutants are killed than there must be.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { folders } from './folders.js'
import { mostTests } from './most-tests.js'
import { keyOf } from './mutant-key.js'

const least = 92
const url = (/** @type {string} */ name) => new URL(name, import.meta.url)
const target = url('../packages/core/MUTATION.md')
/** A row of the table: the folder, four counts, the score, the day. */
const rowPattern = /^\| (\S+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| [^|]+ \| ([\d-]*) \|$/gm
/** A key as it stands between backticks. */
const shown = (/** @type {string} */ key) => key.replaceAll('`', "'")
const read = (/** @type {string} */ name) => JSON.parse(readFileSync(url(name), 'utf8'))

/**
 * @typedef {import('./mutant-key.js').Mutant & { status: string }} Mutant
 * @typedef {{ file: string, line: number, key: string }} Survivor
 */

/** @type {{ folder: string, total: number, killed: number, timeout: number, survived: number, on: string }[]} */
const scores = []
/** @type {Survivor[]} */
const survivors = []
const seen = new Set()
for (const folder of Object.keys(folders)) {
  const report = url(`reports/${folder}.json`)
  if (!existsSync(report)) continue
  const { files } = read(`reports/${folder}.json`)
  const on = statSync(report).mtime.toISOString().slice(0, 10)
  const score = { folder, total: 0, killed: 0, timeout: 0, survived: 0, on }
  for (const [file, { source, mutants }] of Object.entries(files)) {
    seen.add(file)
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

const measured = scores.length
// Folders that were not mutated in this checkout keep what the last report says of them.
const last = existsSync(target) ? readFileSync(target, 'utf8') : ''
for (const [, folder = '', total, killed, timeout, survived, on = ''] of last.matchAll(rowPattern)) {
  if (!Object.hasOwn(folders, folder) || scores.some((score) => score.folder === folder)) continue
  const [all, dead, endless, alive] = [total, killed, timeout, survived].map(Number)
  scores.push({ folder, total: all ?? 0, killed: dead ?? 0, timeout: endless ?? 0, survived: alive ?? 0, on })
}
const kept = scores.slice(measured).flatMap(({ folder }) => folders[folder] ?? [])
const isKept = (/** @type {string} */ file) =>
  kept.some((pattern) => file.startsWith(pattern.slice(0, pattern.indexOf('*')))) &&
  existsSync(url(`../packages/core/${file}`))
for (const [, file = '', line, key = ''] of last.matchAll(/^- (\S+):(\d+) `(.*)`$/gm)) {
  if (!seen.has(`src/${file}`) && isKept(`src/${file}`)) {
    survivors.push({ file: `src/${file}`, line: Number(line), key })
  }
}
const missing = Object.keys(folders).filter((folder) => !scores.some((score) => score.folder === folder))
for (const folder of missing) console.error(`${folder} has not been mutated; run \`pnpm mutation ${folder}\``)

/** @type {{ reason: string, mutants: Record<string, string[]> }[]} */
const reasons = read('survivors.json')
const unexplained = new Set(survivors)
const stale = []
const lists = []
for (const { reason, mutants } of reasons) {
  const rows = []
  for (const [file, keys] of Object.entries(mutants)) {
    for (const key of keys) {
      const found = survivors.filter((one) => one.file === file && shown(one.key) === shown(key))
      if (found.length === 0) stale.push(`${file}: ${key}`)
      for (const survivor of found) {
        unexplained.delete(survivor)
        rows.push(`- ${file.replace(/^src\//, '')}:${survivor.line} \`${shown(key)}\``)
      }
    }
  }
  if (rows.length > 0) lists.push(`### ${reason}\n\n${rows.join('\n')}\n`)
}

const ordered = Object.keys(folders).flatMap((folder) => scores.filter((score) => score.folder === folder))
const add = (/** @type {'total' | 'killed' | 'timeout' | 'survived'} */ count) =>
  scores.reduce((all, score) => all + score[count], 0)
const sum = {
  folder: 'all',
  total: add('total'),
  killed: add('killed'),
  timeout: add('timeout'),
  survived: add('survived'),
  on: '',
}
const percent = (/** @type {typeof sum} */ { killed, timeout, total }) =>
  ((100 * (killed + timeout)) / total).toFixed(1)
const row = (/** @type {typeof sum} */ score) =>
  `| ${score.folder} | ${score.total} | ${score.killed} | ${score.timeout} | ${score.survived} | ${percent(score)} % | ${score.on} |`

const text = `# Mutation tests

Stryker changes the source in one place at a time, and the tests have to notice. \`pnpm mutation\` from the root does it for the folders
that decide, or for those that are named (\`pnpm mutation jwt http\`), and writes this file. It fails below ${least} %, and where a survivor
has no reason in \`mutation/survivors.json\`. Written with Node ${process.versions.node} and its engine; \`engines.test.ts\` runs the other engine too.

| folder | mutants | killed | endless, so killed | survived | score | on |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
${[...ordered.map(row), ...missing.map((folder) => `| ${folder} | not yet | | | | | |`), row(sum)].join('\n')}

No mutant that Stryker makes of these files is left out, not even of messages. \`mutation/\` compiles a copy of core, keeps it and its tests
loaded, and runs for each mutant the tests that reach it, until one fails; that one counts if it passes without the mutant. After ${mostTests}
tests a mutant is a survivor. Not asked are the generated tests of \`properties/\`, tests that may take more than 20 seconds, and the few
that need vitest's own way of loading modules; what works on files or waits for a server is asked about key rings and remote keys alone.

## Survivors

As \`⟦original⟧ → replacement\`, under the reason why each lives.

${lists.join('\n')}`
writeFileSync(target, `${text.trimEnd()}\n`)

console.log(text.slice(text.indexOf('| folder'), text.indexOf('\n\nNothing')))
for (const { file, line, key } of unexplained) console.error(`no reason: ${file}:${line} ${key}`)
for (const key of stale) console.error(`no such survivor: ${key}`)
if (missing.length > 0 || unexplained.size > 0 || Number(percent(sum)) < least) process.exitCode = 1
