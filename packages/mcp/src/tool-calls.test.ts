import { expect, test } from 'vitest'
import { calledTools } from './tool-calls.js'

const body = (params: string, rest = '"method":"tools/call"'): string =>
  `{"jsonrpc":"2.0","id":1,${rest},"params":${params}}`

/** Copies as a schema library may: a member `__proto__` becomes the prototype. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) copy[name] = copied(member)
  return copy
}

interface Message {
  readonly method?: unknown
  readonly params?: { readonly name?: unknown }
}

/** The tools that a server calls for a message. */
const toolsOf = (messages: unknown): readonly unknown[] =>
  [messages]
    .flat()
    // A server reads any message like this.
    .map((message) => message as Message)
    .filter(({ method }) => method === 'tools/call')
    .flatMap(({ params }) => (typeof params?.name === 'string' ? [params.name] : []))

test.each([
  body('{"name":"a"}'),
  `[${body('{"name":"a"}')},${body('{"name":"b"}')}]`,
  body('{"name":"a","name":"b"}'),
  body('{"__proto__":{"name":"a"}}'),
  body('{"name":"a","__proto__":{"name":"b"}}'),
  body('{"__proto__":{"__proto__":{"name":"a"}}}'),
  body('{"name":"a"}', '"__proto__":{"method":"tools/call"}'),
  `{"method":"tools/call","__proto__":${body('{"name":"a"}', '"method":"tools/list"')}}`,
  `{"__proto__":${body('{"name":"a"}')}}`,
  body('{"__proto__":["a"]}'),
  body('{"__proto__":null,"name":"a"}'),
  body('{"constructor":{"name":"a"}}'),
  body('{"name":"__proto__"}'),
  body('{"name":["a"]}'),
  body('{"name":"a"}', '"method":"tools/list"'),
])('finds every tool that a server would call for %s', (text) => {
  const parsed: unknown = JSON.parse(text)
  const found = calledTools(parsed)
  for (const read of [parsed, copied(parsed)]) {
    for (const tool of toolsOf(read)) expect(found).toContain(tool)
  }
})

test.each([undefined, null, 'tools/call', 7, [], [[]], {}, { method: 'tools/call' }])(
  'finds none in %j',
  (value) => {
    expect(calledTools(value).size).toBe(0)
  },
)

test('reads no prototype that JSON did not write', () => {
  const inherited: unknown = Object.create({ method: 'tools/call', params: { name: 'a' } })
  expect(calledTools(inherited).size).toBe(0)
})
