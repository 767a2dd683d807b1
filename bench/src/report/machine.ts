import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** What the figures depend on beside the code. */
export interface Machine {
  readonly date: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly os: string
  /** Versions of the packages that take part. */
  readonly libraries: Readonly<Record<string, string>>
}

const packageRoot = new URL('../../', import.meta.url)

const readJson = (path: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(path, packageRoot), 'utf8'))

/** Installed versions of what the bench depends on, without the workspace's own. */
function libraries(): Readonly<Record<string, string>> {
  const names = Object.keys(readJson('package.json')['dependencies'] ?? {})
  return Object.fromEntries(
    names
      .filter((name) => !name.startsWith('@sealbearer/'))
      .map((name) => [name, String(readJson(`node_modules/${name}/package.json`)['version'])]),
  )
}

export const machine = (): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  os: `${type()} ${release()}`,
  libraries: libraries(),
})
