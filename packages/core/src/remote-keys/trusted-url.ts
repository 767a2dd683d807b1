const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

const isLoopback = (url: URL): boolean => loopbackHost.test(url.hostname)

/**
 * Reads an address that keys may come from: HTTPS, or HTTP on loopback. Whoever can change an answer on its way
 * decides which keys are trusted.
 *
 * @param requireHttps `false` accepts HTTP to any host.
 * @returns `undefined` for every other address, and for one with credentials in it.
 */
export function trustedUrl(text: unknown, requireHttps = true): URL | undefined {
  if (typeof text !== 'string' && !(text instanceof URL)) return undefined
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined
  }
  if (url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'https:') return url
  return url.protocol === 'http:' && (!requireHttps || isLoopback(url)) ? url : undefined
}

/** Reads an option that is such an address. @throws {TypeError} */
export function trustedUrlOption(option: string, text: unknown, requireHttps = true): URL {
  const url = trustedUrl(text, requireHttps)
  if (url === undefined) {
    throw new TypeError(
      `${option}: must be an https address without credentials (http is for loopback alone; on a network that you trust, opt out with requireHttps: false)`,
    )
  }
  return url
}
