import { deepEqual, equal } from 'node:assert/strict'
import { parseJsonObject } from '#core/compact/json.js'
import type { Target } from './target.js'

interface Walk {
  readonly doubled: boolean
  readonly depth: number
}

/** Another way to find members that are there twice: token by token, through a text that JSON.parse takes. */
function walk(text: string): Walk {
  const objects: (Set<string> | undefined)[] = []
  const found = { doubled: false, depth: 0 }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs) ?? []
  tokens.forEach((token, i) => {
    if (token === '{' || token === '[') objects.push(token === '{' ? new Set() : undefined)
    else if (token === '}' || token === ']') objects.pop()
    else if (token.startsWith('"') && tokens[i + 1] === ':') {
      const [names, name] = [objects.at(-1), String(JSON.parse(token))]
      if (names?.has(name)) found.doubled = true
      names?.add(name)
    }
    found.depth = Math.max(found.depth, objects.length)
  })
  return found
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const withoutProto = (name: string, value: unknown): unknown => (name === '__proto__' ? undefined : value)

/** The JSON reader takes what JSON.parse takes, without members `__proto__`, less what could be read in two ways. */
export const jsonTarget: Target = (input) => {
  const value = parsed(input)
  const read = parseJsonObject(input)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const { doubled, depth } = isObject ? walk(input) : { doubled: false, depth: 0 }
  // JSON.stringify escapes halves of pairs, and only them, behind an odd number of backslashes.
  const kept: unknown = isObject && depth <= 32 ? JSON.parse(input, withoutProto) : undefined
  const isLone = kept !== undefined && /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(kept))
  // Decoded UTF-8 holds no half of a pair, so only an escape can bring one.
  if (/\p{Surrogate}/u.test(input)) return 'impossible'
  equal(read !== undefined, isObject && !doubled && !isLone && depth <= 32)
  if (read !== undefined) deepEqual(read, kept)
  return `${typeof value} ${doubled} ${isLone} ${Math.min(depth, 33)}`
}
