// Lints the commits of this branch: those since `main`, or since the commit that is named.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { installTool } from '../../scripts/pnpm.js'

installTool(new URL('.', import.meta.url))
const [from = 'main'] = process.argv.slice(2)
const cli = createRequire(import.meta.url).resolve('@commitlint/cli/cli.js')
const config = fileURLToPath(new URL('commitlint.config.js', import.meta.url))
const { status } = spawnSync(process.execPath, [cli, '--config', config, '--from', from], {
  stdio: 'inherit',
})
process.exit(status ?? 1)
