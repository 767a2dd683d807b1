import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An application in a folder of its own, with packages from the registry and core as it is published. */
export interface InstalledApp {
  readonly folder: string
  /** Puts a recipe at a path of the application. */
  copy(recipe: string, path: string): void
  write(path: string, text: string): void
  /** Runs a program of a package. */
  run(program: string, ...args: readonly string[]): void
  remove(): void
}

const examples = fileURLToPath(new URL('../../', import.meta.url))
const core = join(examples, '../packages/core')

/** @param packages Names and versions. What core depends on is added. */
export function installApp(packages: Readonly<Record<string, string>>): InstalledApp {
  const folder = mkdtempSync(join(tmpdir(), 'sealbearer-app-'))
  // Our own file.
  const { dependencies } = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const manifest = { private: true, type: 'module', dependencies: { ...dependencies, ...packages } }
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const env = { ...process.env, NODE_ENV: undefined, NEXT_TELEMETRY_DISABLED: '1' }
  write('package.json', JSON.stringify(manifest))
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'], {
    cwd: folder,
    env,
  })
  for (const content of ['package.json', 'dist']) {
    cpSync(join(core, content), join(folder, 'node_modules/@sealbearer/core', content), { recursive: true })
  }
  return {
    folder,
    write,
    copy: (recipe, path) => write(path, readFileSync(join(examples, recipe), 'utf8')),
    run(program, ...args) {
      execFileSync(process.execPath, [join('node_modules', program), ...args], {
        cwd: folder,
        env,
        stdio: 'pipe',
      })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
