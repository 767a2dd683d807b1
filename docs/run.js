// Builds the site: installs its tools beside the workspace, writes the reference from the docstrings, and has VitePress
// make pages of it and of the guides. `node docs/run.js dev` serves them while they are edited.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installTool } from '../scripts/pnpm.js'

const here = new URL('./', import.meta.url)

/** @param {string} tool @param {readonly string[]} args */
function run(tool, args) {
  const path = fileURLToPath(new URL(`node_modules/${tool}`, here))
  const { status } = spawnSync(process.execPath, [path, ...args], {
    cwd: fileURLToPath(here),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}

installTool(here)
rmSync(new URL('reference', here), { recursive: true, force: true })
run('typedoc/bin/typedoc', ['--logLevel', 'Warn'])
run('vitepress/bin/vitepress.js', [process.argv[2] ?? 'build', '.'])
