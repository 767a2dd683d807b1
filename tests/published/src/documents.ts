import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type CodeFile, codeFiles } from './code-blocks.js'

/** A document whose examples are compiled. */
export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly files: readonly CodeFile[]
  /** Where its compiled programs are and run: what they read from the disk has to be put there. */
  readonly folder: URL
}

const root = new URL('../../../', import.meta.url)
const reports = new URL('../reports/examples/', import.meta.url)

/** Compiles the examples of all documents in one run, under the compiler options of this package. */
export async function compileDocuments(paths: readonly string[]): Promise<readonly Document[]> {
  await rm(reports, { recursive: true, force: true })
  const documents = await Promise.all(paths.map(writeExamples))
  await writeFile(new URL('tsconfig.json', reports), JSON.stringify(tsconfig))
  const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root))
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', fileURLToPath(reports)])
  } catch (error) {
    // The compiler writes its complaints to stdout.
    const complaints = error instanceof Error && 'stdout' in error ? error.stdout : error
    throw new Error(`examples do not compile\n${complaints}`)
  }
  return documents
}

async function writeExamples(path: string): Promise<Document> {
  const name = path.replace('.md', '/')
  const source = new URL(`source/${name}`, reports)
  await mkdir(source, { recursive: true })
  const files = codeFiles(await readFile(new URL(path, root), 'utf8'))
  await Promise.all(files.map(({ name, code }) => writeFile(new URL(name, source), code)))
  return { path, files, folder: new URL(`compiled/${name}`, reports) }
}

const tsconfig = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noEmit: false,
    rootDir: 'source',
    outDir: 'compiled',
    // Readers write `process.env.NAME`.
    noPropertyAccessFromIndexSignature: false,
    // Koa's declarations fail a compiler that checks them.
    skipLibCheck: true,
  },
  include: ['source/**/*.ts', 'source/**/*.mjs'],
}
