import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

/** Ends this process where the command fails. @param {readonly string[]} args @param {URL} [folder] */
function npx(args, folder = root) {
  const { status } = spawnSync('npx', ['--yes', ...args], {
    cwd: fileURLToPath(folder),
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    shell: process.platform === 'win32', // npx is a .cmd file there
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) process.exit(status ?? 1)
}

/**
 * Runs the pnpm that package.json pins, so that Node and npm are all one needs.
 *
 * @param {readonly string[]} args
 * @param {URL} [folder]
 */
export const pnpm = (args, folder) => npx([packageManager, ...args], folder)

/** Runs a tool of the workspace that calls this pnpm by its name. @param {readonly string[]} args */
export const runBesidePnpm = (args) => npx([`--package=${packageManager}`, '--', ...args])

/** Installs a tool that is outside the workspace, with its own lock file. @param {URL} folder */
export const installTool = (folder) =>
  pnpm(['install', '--ignore-workspace', '--frozen-lockfile', '--loglevel=error', '--silent'], folder)
