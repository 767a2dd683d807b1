import { vi } from 'vitest'
import type { CryptoEngine } from '../crypto/engine.js'

/** Everything that a package of its own would export. */
export type Library = typeof import('../index.js') & typeof import('../jose.js')

const implementations: Readonly<Record<'node' | 'web', () => Promise<{ readonly engine: CryptoEngine }>>> = {
  node: () => vi.importActual<typeof import('../crypto/node.js')>('../crypto/node.js'),
  web: () => vi.importActual<typeof import('../crypto/web.js')>('../crypto/web.js'),
}

/** Loads the whole library once more, on the implementation asked for, whichever this run is about. */
export async function libraryOn(engine: keyof typeof implementations): Promise<Library> {
  vi.resetModules()
  vi.doMock('#crypto', implementations[engine])
  const library = { ...(await import('../index.js')), ...(await import('../jose.js')) }
  const [inUse, wanted] = [await import('#crypto'), await implementations[engine]()]
  if (inUse.engine !== wanted.engine) throw new Error(`not on ${engine}`)
  vi.doUnmock('#crypto')
  return library
}
