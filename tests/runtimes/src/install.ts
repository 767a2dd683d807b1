import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { own, root } from './places.js'

/** Installs the runtimes' binaries with the pnpm that the root pins. Only here: `npm test` does without them. */
export function installBinaries(): void {
  // Our own file.
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly packageManager: string
  }
  const { status } = spawnSync(
    'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--loglevel=warn'],
    {
      cwd: join(own, 'binaries'),
      shell: process.platform === 'win32',
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  if (status !== 0) throw new Error('the runtimes could not be installed')
}
