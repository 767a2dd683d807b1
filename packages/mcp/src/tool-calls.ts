import { isJsonObject, ownMember } from '@sealbearer/core/internal'

/**
 * Returns the names of the tools that a JSON-RPC body calls, in a batch too. The headers `Mcp-Method` and `Mcp-Name` are
 * not read: a sender can write anything there.
 */
export function calledTools(body: unknown): ReadonlySet<string> {
  const messages: readonly unknown[] = Array.isArray(body) ? body : [body]
  return new Set(messages.flatMap((message) => toolOf(message) ?? []))
}

function toolOf(message: unknown): string | undefined {
  if (memberOf(message, 'method') !== 'tools/call') return undefined
  const name = memberOf(memberOf(message, 'params'), 'name')
  return typeof name === 'string' ? name : undefined
}

/**
 * A member, also of a member `__proto__`: JSON.parse makes that an ordinary one, but where the object is copied member by
 * member, as some versions of schema libraries do, it becomes the prototype of the copy.
 */
function memberOf(object: unknown, name: string): unknown {
  let holder = object
  while (isJsonObject(holder)) {
    if (Object.hasOwn(holder, name)) return holder[name]
    holder = ownMember(holder, '__proto__')
  }
  return undefined
}
