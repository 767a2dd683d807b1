import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A Node to measure under. */
export interface Runtime {
  /** Without the leading `v`. */
  readonly version: string
  readonly openssl: string
  readonly path: string
}

/** The binary of Node 24 as npm's package `node` would install it; `undefined` where there is none. */
function node24(): string | undefined {
  const node24Package = createRequire(import.meta.url).resolve('@sealbearer/node24/package.json')
  try {
    const platformPackage = `node-${process.platform}-${process.arch}/package.json`
    return join(dirname(createRequire(node24Package).resolve(platformPackage)), 'bin', 'node')
  } catch {
    return undefined
  }
}

function runtimeAt(path: string): Runtime | undefined {
  const { status, stdout } = spawnSync(path, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const { node, openssl } = JSON.parse(stdout)
  return { version: node, openssl, path }
}

const majorOf = (version: string): string => version.split('.')[0] ?? version

/** The Node that runs this, and Node 24 beside it unless that is the one. */
export function runtimes(): readonly Runtime[] {
  const { node, openssl } = process.versions
  const own = { version: node, openssl, path: process.execPath }
  if (majorOf(own.version) === '24') return [own]
  const path = node24()
  const other = path === undefined ? undefined : runtimeAt(path)
  if (other === undefined) {
    console.error(
      `No Node 24 from npm for ${process.platform} on ${process.arch}: measuring under ${own.version} alone.`,
    )
    return [own]
  }
  return [own, other]
}

export const nodeMajor = ({ version }: Pick<Runtime, 'version'>): string => majorOf(version)
