import { createHash } from 'node:crypto'
import { type CookieOptions, clearCookie, SealbearerError, serializeCookie } from '@sealbearer/core'
import { type AuthRequest, cookieValues, maxCookieBytes } from '@sealbearer/core/internal'

/** More chunks would not fit into the headers that servers accept. */
const maxChunks = 4

type Attributes = Omit<CookieOptions, 'maxAge' | 'expires'>

/** A cookie for a token of any size: one cookie, or the chunks `NAME.0`, `NAME.1` and so on. */
export interface TokenCookie {
  /**
   * Writes the values of `Set-Cookie`. Names that an earlier token may have left are cleared.
   *
   * @throws {SealbearerError} `SB_COOKIE_TOO_LARGE`
   */
  write(token: string, maxAge: number): readonly string[]
  clear(): readonly string[]
  /**
   * Reads the token. Chunks that do not belong together are ignored: they may come from two responses.
   *
   * @returns `'repeated'` for two different cookies of one name, which another host may have set.
   */
  read(request: Pick<AuthRequest, 'header'>): string | 'repeated' | undefined
}

const digestOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url').slice(0, 22)

const chunkNames = (name: string): readonly string[] =>
  Array.from({ length: maxChunks }, (_, i) => `${name}.${i}`)

/** @throws {TypeError} for a name or attributes that browsers refuse. */
export function createTokenCookie(name: string, attributes: Attributes): TokenCookie {
  const names = chunkNames(name)
  const clearing = (unused: readonly string[]): readonly string[] =>
    unused.map((each) => clearCookie(each, attributes))
  const cleared = clearing([name, ...names])

  function chunksOf(token: string, maxAge: number): readonly string[] {
    const room = maxCookieBytes - serializeCookie(names[0] ?? name, 'x', { ...attributes, maxAge }).length
    const text = `${digestOf(token)}.${token}`
    // The number of chunks comes first, and has one digit.
    const count = Math.ceil((text.length + 2) / room)
    if (count > maxChunks) throw new SealbearerError('SB_COOKIE_TOO_LARGE', name)
    const whole = `${count}.${text}`
    return Array.from({ length: count }, (_, i) => whole.slice(i * room, (i + 1) * room))
  }

  return {
    write(token, maxAge) {
      const options = { ...attributes, maxAge }
      const overhead = serializeCookie(name, 'x', options).length - 1
      if (overhead + token.length <= maxCookieBytes) {
        return [serializeCookie(name, token, options), ...clearing(names)]
      }
      const chunks = chunksOf(token, maxAge)
      const written = chunks.map((chunk, i) => serializeCookie(names[i] ?? name, chunk, options))
      return [...written, ...clearing([name, ...names.slice(chunks.length)])]
    },
    clear: () => cleared,
    read(request) {
      const plain = cookieValue(request, name)
      const first = cookieValue(request, names[0] ?? name)
      if (plain === 'repeated' || first === 'repeated') return 'repeated'
      if (first === undefined) return plain
      // A whole cookie and chunks come from two responses, and it is unknown which is the later one.
      return plain === undefined ? joinChunks(request, names, first) : undefined
    },
  }
}

function joinChunks(
  request: Pick<AuthRequest, 'header'>,
  names: readonly string[],
  first: string,
): string | 'repeated' | undefined {
  const count = Number(/^([1-9])\./.exec(first)?.[1])
  if (!(count <= names.length)) return undefined
  let whole = first
  for (const name of names.slice(1, count)) {
    const chunk = cookieValue(request, name)
    if (chunk === 'repeated' || chunk === undefined) return chunk
    whole += chunk
  }
  const [, digest, token = ''] = /^[1-9]\.([\w-]{22})\.(.+)$/.exec(whole) ?? []
  return digest === digestOf(token) ? token : undefined
}

/** An empty value is a cleared cookie. */
function cookieValue(request: Pick<AuthRequest, 'header'>, name: string): string | 'repeated' | undefined {
  const [value, ...others] = cookieValues(request, name)
  if (others.some((other) => other !== value)) return 'repeated'
  return value === '' ? undefined : value
}
