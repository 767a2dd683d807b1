import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fromPortable, type PortableKey } from '../material/signature-key.js'
import type { Framework, ServerAlgorithm } from './app.js'
import { appsOf } from './apps.js'
import { listen } from './listen.js'

export interface ServeInput {
  readonly framework: Framework
  readonly alg: ServerAlgorithm
  readonly key: PortableKey<ServerAlgorithm>
  readonly names: readonly string[]
}

/** The port of each app, by its name. */
export type Serving = Readonly<Record<string, number>>

/** Starts apps of one framework in this process, which ends with them. */
export async function serve({ framework, alg, key, names }: ServeInput): Promise<Serving> {
  const serving: Record<string, number> = {}
  for (const app of await appsOf(framework, alg)) {
    if (names.includes(app.name)) serving[app.name] = await listen(await app.server(fromPortable(key)))
  }
  return serving
}

/** Collects all garbage of this process, which was started without any flag. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new TypeError('this runtime has no collector to call')
  collect()
}
