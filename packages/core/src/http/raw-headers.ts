const none: readonly string[] = Object.freeze([])

const isNamed = (sent: string | undefined, name: string): boolean =>
  sent !== undefined && sent.length === name.length && (sent === name || sent.toLowerCase() === name)

/** Every value of one header. Node's `headers` keeps the first of two Authorization values without a word; `rawHeaders` keeps both. */
export function rawHeaderValues(rawHeaders: readonly string[], name: string): readonly string[] {
  let values: string[] | undefined
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1]
    if (value === undefined || !isNamed(rawHeaders[i], name)) continue
    if (values === undefined) values = [value]
    else values.push(value)
  }
  return values ?? none
}

/** Whether one of the headers was sent, in one walk. */
export function rawHeadersHaveAny(rawHeaders: readonly string[], names: readonly string[]): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const sent = rawHeaders[i]
    for (const name of names) if (isNamed(sent, name)) return true
  }
  return false
}
