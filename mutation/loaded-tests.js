// Loads core as it was compiled into the sandbox, then its tests.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { collect } from './suite.js'

const folder = process.env['MUTATED_FOLDER'] ?? ''
/**
 * Left out for the seconds they take: what is generated; what works on files, unless key rings are mutated; what waits
 * for a key server, unless remote keys are. Types are nothing to run.
 */
const leftOut = [
  /^properties\/|^public-types/,
  ...(folder === 'keys-ring' ? [] : [/^file-store\//]),
  ...(folder === 'keys-remote' ? [] : [/remote-key-set|discover-issuer/]),
]
/** What only vitest itself can do: put other modules in place, and compare with files. */
const needsVitest = /\bvi\.mock\(|toMatchFileSnapshot/

const all = readdirSync('dist', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js') && !leftOut.some((name) => name.test(file)))
  .filter((file) => !needsVitest.test(readFileSync(join('dist', file), 'utf8')))
  .sort()

/** @param {string} file */
const load = (file) => import(pathToFileURL(resolve('dist', file)).href)

export const testFiles = all.filter((file) => file.endsWith('.test.js'))

export async function loadSources() {
  for (const file of all) if (!testFiles.includes(file)) await load(file)
}

/** @param {string} file */
export const loadTests = (file) => collect(join('src', file.replace(/js$/, 'ts')), () => load(file))
