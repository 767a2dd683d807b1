import { createRequire } from 'node:module'

/** Throws unless core runs on the implementation that a measurement is about. */
export function checkEngine(engine: string): void {
  const core = createRequire(import.meta.url).resolve('@sealbearer/core/package.json')
  const file = createRequire(core).resolve('#crypto')
  const wanted = engine === 'WebCrypto' ? /web\.js$/ : /node\.js$/
  if (!wanted.test(file)) throw new Error(`core is not on ${engine}`)
}
