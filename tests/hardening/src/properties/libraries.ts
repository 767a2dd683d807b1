import { vi } from 'vitest'
import type { CryptoEngine } from '#core/crypto/engine.js'

/** Everything that a package of its own would export. */
export type Library = typeof import('#core/index.js') & typeof import('#core/jose.js')

const implementations: Readonly<Record<'node' | 'web', () => Promise<{ readonly engine: CryptoEngine }>>> = {
  node: () => vi.importActual<typeof import('#core/crypto/node.js')>('#core/crypto/node.js'),
  web: () => vi.importActual<typeof import('#core/crypto/web.js')>('#core/crypto/web.js'),
}

/** Loads the whole library once more, on the implementation asked for, whichever this run is about. */
export async function libraryOn(engine: keyof typeof implementations): Promise<Library> {
  vi.resetModules()
  vi.doMock('#crypto', implementations[engine])
  const library = { ...(await import('#core/index.js')), ...(await import('#core/jose.js')) }
  const [inUse, wanted] = [await import('#crypto'), await implementations[engine]()]
  if (inUse.engine !== wanted.engine) throw new Error(`not on ${engine}`)
  vi.doUnmock('#crypto')
  return library
}
