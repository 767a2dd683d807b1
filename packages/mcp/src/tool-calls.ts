import { isJsonObject } from '@sealbearer/core/internal'

/**
 * Returns the names of the tools that a JSON-RPC body calls, in a batch too. The headers `Mcp-Method` and `Mcp-Name` are
 * not read: a sender can write anything there.
 */
export function calledTools(body: unknown): ReadonlySet<string> {
  const messages: readonly unknown[] = Array.isArray(body) ? body : [body]
  return new Set(messages.flatMap((message) => toolOf(message) ?? []))
}

function toolOf(message: unknown): string | undefined {
  if (!isJsonObject(message) || message['method'] !== 'tools/call') return undefined
  const { params } = message
  const name = isJsonObject(params) ? params['name'] : undefined
  return typeof name === 'string' ? name : undefined
}
