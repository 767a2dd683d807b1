import { inspect } from 'node:util'

const inspected = (value: unknown): string =>
  inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    showProxy: true,
    getters: true,
    maxArrayLength: null,
    maxStringLength: null,
  })

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // What is not JSON, such as a circle, says nothing that way.
    return ''
  }
}

/** Everything that loggers, inspectors and careless code make of a value, of its members and of its causes. */
export function describeValue(value: unknown): string {
  const seen = new Set<unknown>()
  const texts: string[] = []
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) {
      texts.push(String(part))
      return
    }
    if (seen.has(part)) return
    seen.add(part)
    texts.push(inspected(part), asJson(part))
    for (const key of Reflect.ownKeys(part)) {
      texts.push(String(key))
      // A walk over what is there, whatever it is.
      visit((part as Readonly<Record<PropertyKey, unknown>>)[key])
    }
    if (part instanceof Map || part instanceof Set) for (const entry of part) visit(entry)
    if (part instanceof Error) texts.push(part.message, part.stack ?? '', String(part))
  }
  visit(value)
  return texts.join('\n')
}
