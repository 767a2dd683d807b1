import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseJsonObject } from '../compact/json.js'
import { readProtectedHeader } from '../compact/protected-header.js'
import { splitJwe, splitJws } from '../compact/segments.js'
import { engine as node } from '../crypto/node.js'
import { engine as web } from '../crypto/web.js'
import { errorTable, isSealbearerError } from '../errors.js'
import { readBearer } from '../http/bearer.js'
import { readCookie } from '../http/cookie-header.js'
import type { AuthRequest } from '../http/request.js'
import { decodeUnverified } from '../jwt/decode.js'
import { segment } from '../testing/hand-made.js'
import { timeLimit, times } from './effort.js'

const seed = Number(process.env['SEALBEARER_SEED'] ?? Date.now() % 2 ** 32)

/** Numbers from a seed (xorshift), so that a failure can be had again. */
function generator(from: number): (below: number) => number {
  let state = from | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

type Pick = (below: number) => number
type Corpus = 'json' | 'header' | 'token' | 'authorization' | 'cookie'

const corpusOf = (name: Corpus): string[] =>
  // A list of text, and nothing else.
  JSON.parse(readFileSync(new URL(`../../fuzz/${name}.json`, import.meta.url), 'utf8')) as string[]

const dictionary = [
  '"',
  '\\',
  '\\"',
  ':',
  ',',
  '{',
  '}',
  '[',
  ']',
  '.',
  '=',
  ';',
  ' ',
  '\t',
  '\n',
  '\0',
  '\u00a0',
  '\ufeff',
  '\ud83d',
  '😀',
  '\\u0061',
  '\\ud800',
  '"a":1',
  '"a":1,',
  'null',
  '1e999',
  '-0',
  'alg',
  'access',
  'Bearer ',
  '__proto__',
]

/** One small change, at a place of chance. */
const changes: readonly ((text: string, pick: Pick, other: string) => string)[] = [
  (text, pick) => {
    const i = pick(text.length + 1)
    return text.slice(0, i) + (dictionary[pick(dictionary.length)] ?? '') + text.slice(i)
  },
  (text, pick) => {
    const i = pick(text.length + 1)
    return text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ (1 << pick(8))) + text.slice(i + 1)
  },
  (text, pick) => {
    const i = pick(text.length + 1)
    return text.slice(0, i) + text.slice(i + 1 + pick(4))
  },
  (text, pick) => {
    const i = pick(text.length + 1)
    const part = text.slice(i, i + 1 + pick(12))
    return text.slice(0, i) + part + text.slice(i)
  },
  (text, pick, other) => text.slice(0, pick(text.length + 1)) + other.slice(pick(other.length + 1)),
]

const longest = 1_024

/** Changes what is in the corpus again and again, and keeps what a target tells apart from all before. */
function fuzz(name: Corpus, target: (input: string) => string): void {
  const pick = generator(seed)
  const corpus = corpusOf(name)
  const known = new Set(corpus.map(target))
  for (let i = 0; i < times(15_000); i++) {
    let input = corpus[pick(corpus.length)] ?? ''
    for (let n = 0; n <= pick(4); n++) {
      input = changes[pick(changes.length)]?.(input, pick, corpus[pick(corpus.length)] ?? '') ?? input
    }
    input = input.slice(0, longest)
    let outcome: string
    try {
      outcome = target(input)
    } catch (error) {
      throw new Error(`seed ${seed}: ${JSON.stringify(input)}`, { cause: error })
    }
    if (known.has(outcome) || corpus.length > 2_000) continue
    known.add(outcome)
    corpus.push(input)
  }
  expect(known.size).toBeGreaterThan(2)
}

/** The code of what is thrown; throws again what is none of the table. */
function codeOf(attempt: () => unknown): string {
  try {
    attempt()
    return 'accepted'
  } catch (error) {
    if (isSealbearerError(error) && Object.hasOwn(errorTable, error.code))
      return `${error.code} ${error.parameter}`
    throw error
  }
}

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

test(
  'the JSON reader takes what JSON.parse takes, less what could be read in two ways',
  () => {
    fuzz('json', (input) => {
      const value = parsed(input)
      const read = parseJsonObject(input)
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
      const { doubled, depth } = isObject ? walk(input) : { doubled: false, depth: 0 }
      // JSON.stringify escapes halves of pairs, and only them, behind an odd number of backslashes.
      const isLone = isObject && /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value))
      // Decoded UTF-8 holds no half of a pair, so only an escape can bring one.
      if (/\p{Surrogate}/u.test(input)) return 'impossible'
      const isGood = isObject && !doubled && !isLone && depth <= 32
      expect(read !== undefined).toBe(isGood)
      if (read !== undefined) expect(read).toEqual(value)
      return `${typeof value} ${doubled} ${isLone} ${Math.min(depth, 33)} ${input.length >> 6}`
    })
  },
  timeLimit,
)

test(
  'the header reader ends with a header or a code',
  () => {
    fuzz('header', (input) => {
      const outcome = codeOf(() => {
        const header = readProtectedHeader(segment(input))
        expect(typeof header.alg).toBe('string')
        expect(Object.keys(header)).not.toContain('crit')
      })
      decodeUnverified(`${segment(input)}.e30.`)
      return `${outcome} ${input.length >> 6}`
    })
  },
  timeLimit,
)

test(
  'the compact parser takes a token apart as split does',
  () => {
    fuzz('token', (input) => {
      const parts = input.split('.')
      const jws = codeOf(() => {
        const { protectedHeader, payload, signature, signingInput } = splitJws(input)
        expect([protectedHeader, payload, signature]).toEqual(parts)
        expect(`${signingInput}.${signature}`).toBe(input)
      })
      const jwe = codeOf(() => {
        const { protectedHeader, encryptedKey, iv, ciphertext, tag } = splitJwe(input)
        expect([protectedHeader, encryptedKey, iv, ciphertext, tag]).toEqual(parts)
      })
      if ((jws === 'accepted') !== (parts.length === 3) || (jwe === 'accepted') !== (parts.length === 5)) {
        throw new Error('not by its number of parts')
      }
      for (const part of parts.slice(0, 6)) {
        const octets = Buffer.from(part, 'base64url')
        const isCanonical = octets.toString('base64url') === part
        const text = isCanonical ? node.decodeUtf8(octets) : undefined
        for (const { decodeBase64url, decodeBase64urlText } of [node, web]) {
          const decoded = decodeBase64url(part)
          const isSame = isCanonical ? decoded !== undefined && octets.equals(decoded) : decoded === undefined
          if (!isSame || decodeBase64urlText(part) !== text) throw new Error('decoded in two ways')
        }
      }
      return `${jws} ${jwe} ${Math.min(parts.length, 7)} ${input.length >> 6}`
    })
  },
  timeLimit,
)

const requestWith = (name: string, ...values: string[]): AuthRequest => ({
  method: 'GET',
  target: '/',
  secure: true,
  remoteAddress: undefined,
  header: (asked) => (asked === name ? values : []),
})
const outcomeOf = (found: ReturnType<typeof readBearer>): string =>
  typeof found === 'string' ? found : found === undefined ? 'none' : 'found'

test(
  'the reader of Authorization finds a token, none, or says what is wrong',
  () => {
    fuzz('authorization', (input) => {
      const found = readBearer(requestWith('authorization', input))
      if (typeof found === 'object') {
        expect(found.token).toMatch(/^[\w\-.~+/]+=*$/)
        expect(input.toLowerCase().startsWith('bearer ')).toBe(true)
        expect(input.endsWith(` ${found.token}`)).toBe(true)
      }
      expect(readBearer(requestWith('authorization', input, input))).toBe('SB_CREDENTIALS_REPEATED')
      return `${outcomeOf(found)} ${input.length >> 4}`
    })
  },
  timeLimit,
)

test(
  'the reader of cookies finds one of exactly its name, or none, or two',
  () => {
    fuzz('cookie', (input) => {
      const values = input
        .split(';')
        .flatMap((pair) => /^[ \t]*access[ \t]*=(.*)$/s.exec(pair)?.slice(1) ?? [])
        .map((value) => value.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''))
      const found = readCookie(requestWith('cookie', input), 'access')
      if (values.length > 1) expect(found).toBe('SB_CREDENTIALS_REPEATED')
      else if (values[0] === undefined || values[0] === '') expect(found).toBeUndefined()
      else expect(found).toEqual({ scheme: 'Bearer', token: values[0], source: 'cookie' })
      return `${outcomeOf(found)} ${values.length} ${input.length >> 5}`
    })
  },
  timeLimit,
)
