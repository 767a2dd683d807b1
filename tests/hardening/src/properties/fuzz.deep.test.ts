import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { timeLimit, times } from './effort.js'
import { type TargetName, targets } from './fuzz/targets.js'

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
/** What is known to lead somewhere of its own: written by hand, or found by `pnpm fuzz`. */
const corpusOf = (name: TargetName): string[] =>
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

/** Another input out of those that are known. */
function vary(corpus: readonly string[], pick: Pick): string {
  let input = corpus[pick(corpus.length)] ?? ''
  for (let n = 0; n <= pick(4); n++) {
    input = changes[pick(changes.length)]?.(input, pick, corpus[pick(corpus.length)] ?? '') ?? input
  }
  return input.slice(0, longest)
}

/** How often, at the usual effort; what signs and verifies takes longer. */
const runs: Readonly<Record<TargetName, number>> = {
  token: 15_000,
  base64url: 15_000,
  json: 15_000,
  header: 15_000,
  authorization: 15_000,
  cookie: 15_000,
  verify: 2_000,
  authenticate: 4_000,
}

// The keys of the table, and nothing else is in it.
const names = Object.keys(targets) as TargetName[]

test.each(names)(
  'the promises of the target %s hold, changing what is in its corpus again and again',
  async (name) => {
    const pick = generator(seed)
    const corpus = corpusOf(name)
    const known = new Set<string>()
    const isInteresting = async (input: string): Promise<boolean> => {
      try {
        const outcome = `${await targets[name](input)} ${input.length >> 5}`
        return known.size < known.add(outcome).size
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify(input)}`, { cause: error })
      }
    }
    for (const input of corpus) await isInteresting(input)
    for (let i = 0; i < times(runs[name]); i++) {
      const input = vary(corpus, pick)
      // What ends as nothing before it has is worth going on from.
      if ((await isInteresting(input)) && corpus.length < 2_000) corpus.push(input)
    }
    expect(known.size).toBeGreaterThan(2)
  },
  timeLimit,
)
