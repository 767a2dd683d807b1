const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** Tells whether an address leads to this machine alone. */
export const isLoopback = (url: URL): boolean => loopbackHost.test(url.hostname)

/**
 * Tells an address that keys may come from: HTTPS, or HTTP on loopback. Whoever can change an answer on
 * its way decides which keys are trusted.
 *
 * @returns `undefined` for every other address, and for one that carries credentials.
 */
export function trustedUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' && !(text instanceof URL)) return undefined
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined
  }
  if (url.username !== '' || url.password !== '') return undefined
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)) ? url : undefined
}

/** Reads an option that is such an address. @throws {TypeError} */
export function trustedUrlOption(option: string, text: unknown): URL {
  const url = trustedUrl(text)
  if (url === undefined) {
    throw new TypeError(
      `${option}: must be an https address without credentials (http is for loopback alone)`,
    )
  }
  return url
}
