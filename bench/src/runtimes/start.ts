import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { pinnedTo } from '../workers/cores.js'

/** A runtime other than Node, as npm has it. */
export interface OtherRuntime {
  readonly name: string
  readonly binary: string
}

export interface RunningProgram {
  readonly port: number
  stop(): Promise<void>
}

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

/** The conditions of wrangler, by which workerd's users bundle. */
const workerConditions = ['workerd', 'worker', 'browser', 'import', 'default']

const workerConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(
    name = "program",
    worker = (modules = [(name = "program.js", esModule = embed "program.js")], compatibilityDate = "2026-01-01"),
  )],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "program")],
);
`

async function bundleForWorkerd(folder: string): Promise<string> {
  const bundle = await rolldown({
    input: pathOf('program.js'),
    platform: 'neutral',
    resolve: { conditionNames: workerConditions },
  })
  await bundle.write({ file: join(folder, 'program.js'), format: 'esm', codeSplitting: false })
  const config = join(folder, 'config.capnp')
  writeFileSync(config, workerConfig)
  return config
}

/**
 * Bun obeys the `paths` of every tsconfig.json that it finds beside a module, and ours name the sources: published packages
 * have none.
 */
function withoutPaths(folder: string): string {
  const file = join(folder, 'tsconfig.json')
  writeFileSync(file, '{}')
  return `--tsconfig-override=${file}`
}

/** Bun and Deno run what the workspace has in `node_modules`, as their users do; workerd runs a bundle. */
const argsOf: Readonly<Record<string, (folder: string) => Promise<readonly string[]>>> = {
  bun: async (folder) => [withoutPaths(folder), pathOf('serve.js')],
  deno: async () => ['run', '--no-prompt', '--allow-all', pathOf('serve.js')],
  workerd: async (folder) => ['serve', '--control-fd=1', await bundleForWorkerd(folder)],
}

/** Starts the program under a runtime, on a core of its own where one is given. */
export async function startProgram({ name, binary }: OtherRuntime, core?: number): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'sealbearer-bench-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    const args = await argsOf[name]?.(folder)
    if (args === undefined) throw new RangeError(`the bench does not know ${name}`)
    const [command = binary, ...rest] = [...pinnedTo(core), binary, ...args]
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) {
      const port: unknown = line.startsWith('{') ? JSON.parse(line).port : undefined
      if (typeof port !== 'number') continue
      const stop = async (): Promise<void> => {
        child.kill()
        await exit
        remove()
      }
      return { port, stop }
    }
    throw new Error(`${name} ended before it listened`)
  } catch (error) {
    remove()
    throw error
  }
}
