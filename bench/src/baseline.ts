import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Names, for this process and its workers, another checkout of this repository whose bench is built. */
export const baselineVariable = 'SEALBEARER_BASELINE'

/** Loads a module of that checkout's bench; its exports are as ours. `undefined` where there is no baseline. */
export async function baselineModule<Module>(path: string): Promise<Module | undefined> {
  const folder = process.env[baselineVariable]
  if (folder === undefined) return undefined
  return import(pathToFileURL(join(folder, 'bench', 'dist', path)).href)
}

/** What the one of the other checkout is called. */
export const baselineName = (name: string): string => `${name}, baseline`
