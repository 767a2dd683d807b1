import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from './app.js'
import { own } from './places.js'

export interface Runtime {
  readonly name: string
  /** Path in its npm package. */
  readonly binary: string
  /** The implementation of core's cryptography that it chooses by the conditions of core's package.json. */
  readonly engine: 'node' | 'bun' | 'deno' | 'web'
  readonly args: (app: App) => readonly string[]
}

const node = (major: number): Runtime => ({
  name: `node${major}`,
  binary: 'bin/node',
  engine: 'node',
  args: ({ main }) => [main],
})

/** Every runtime that core and the Hono adapter are for, as npm has it. */
export const runtimes: readonly Runtime[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  { name: 'bun', binary: 'bin/bun', engine: 'bun', args: ({ main }) => [main] },
  {
    name: 'deno',
    binary: 'deno',
    engine: 'deno',
    // It may read what it runs: no other file, no other machine. Vitest asks the environment, which is empty, for colours.
    args: ({ main, folder }) => [
      'run',
      '--no-prompt',
      '--allow-env',
      '--allow-net=127.0.0.1',
      `--allow-read=${folder}`,
      main,
    ],
  },
  {
    name: 'workerd',
    binary: 'bin/workerd',
    engine: 'web',
    args: ({ workerConfig }) => ['test', workerConfig],
  },
]

/** Where the binary is, once it is installed; `undefined` where npm has none for this machine. */
export function binaryOf({ name, binary }: Runtime): string | undefined {
  const folder = join(own, 'binaries', 'node_modules', `${name}-${process.platform}-${process.arch}`)
  const path = join(folder, binary)
  return existsSync(path) ? path : undefined
}
