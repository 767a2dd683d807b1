import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publicPackages } from './public-packages.js'
import { run } from './run.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Options of `npm install` in a folder outside the workspace. */
export const npmFlags = [
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--ignore-scripts',
  '--loglevel=error',
]

/** Packs every public package as it would be published. @returns Their archives by name. */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  // The pnpm of the workspace, where none is installed.
  const pnpm = ['--yes', JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).packageManager]
  const packages = ['--recursive', '--filter', './packages/*']
  await run('npx', [...pnpm, ...packages, 'pack', '--pack-destination', folder], root)
  return new Map(
    publicPackages.map(({ name }) => {
      const prefix = `${name.slice(1).replace('/', '-')}-`
      const file = readdirSync(folder).find((entry) => entry.startsWith(prefix))
      return [name, join(folder, String(file))]
    }),
  )
}
