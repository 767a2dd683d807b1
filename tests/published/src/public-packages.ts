import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a release sends out: one row for each package of this workspace that is not private. */
export interface PublicPackage {
  readonly name: string
  readonly folder: string
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
}

const packages = new URL('../../../packages/', import.meta.url)

/** Read from the manifests, so that a new package cannot be forgotten here. */
export const publicPackages: readonly PublicPackage[] = readdirSync(packages).flatMap((entry) => {
  const folder = new URL(`${entry}/`, packages)
  // The manifests are our own files; `private` and `name` mean the same in every one of them.
  const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Manifest
  return manifest.private ? [] : [{ name: manifest.name, folder: fileURLToPath(folder) }]
})
