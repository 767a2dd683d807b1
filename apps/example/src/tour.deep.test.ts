import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Example, frameworkNames, startExample } from './example.js'
import { listen } from './listen.js'
import { attempts } from './tour/attempts.js'
import { drawOutcomes } from './tour/draw-outcomes.js'
import { exitCodeFor, isExpected, type Outcome } from './tour/outcome.js'
import { forms, runTour } from './tour/run.js'

const wireOf = ({ answer: { status, challenge, body } }: Outcome): object => ({ status, challenge, body })

describe.each([{ secureCookie: false }, { secureCookie: true }])(
  'the tour, $secureCookie as secureCookie',
  (options) => {
    let example: Example
    let outcomes: readonly Outcome[]

    beforeAll(async () => {
      example = await startExample({ firstPort: 0, ...options })
      outcomes = await runTour(example)
    })
    afterAll(() => example.close())

    test('visits every framework with every form', () => {
      const visited = outcomes.map(({ framework, form }) => `${framework} ${form}`)
      const all = frameworkNames.flatMap((framework) => forms.map((form) => `${framework} ${form}`))
      expect(new Set(visited)).toEqual(new Set(all))
      expect(outcomes).toHaveLength(all.length * attempts.length)
    })

    test.each(attempts)('$title: $expected.status everywhere', (attempt) => {
      const found = outcomes.filter((outcome) => outcome.attempt === attempt)
      expect(found.filter((outcome) => !isExpected(outcome))).toEqual([])
      expect(found).toHaveLength(12)
      for (const form of forms) {
        const [first, ...others] = found.filter((outcome) => outcome.form === form).map(wireOf)
        expect(others).toEqual([first, first, first])
      }
    })

    test('a bad token is refused with the same words, whatever is bad about it', () => {
      const words = outcomes.filter(({ attempt }) => attempt.expected.error === 'invalid_token').map(wireOf)
      expect(new Set(words.map((word) => JSON.stringify(word))).size).toBe(1)
    })

    test('ends with 0', () => {
      expect(exitCodeFor(outcomes)).toBe(0)
    })

    test('fits into 120 columns and shows every outcome', () => {
      const lines = drawOutcomes(outcomes).split('\n')
      expect(lines.filter((line) => line.length > 120)).toEqual([])
      for (const { title } of attempts) {
        const [row] = lines.filter((line) => line.includes(title))
        expect(row?.match(/ \d{3}(?= |$)/g)).toHaveLength(12)
      }
      expect(lines.at(-1)).toContain(`${outcomes.length} of ${outcomes.length} outcomes`)
    })
  },
)

test('a server that lets everybody in is found out', async () => {
  const example = await startExample({ firstPort: 0, secureCookie: false })
  const open = await listen(
    createServer((_, response) => response.end('{"form":"signed"}')),
    0,
  )
  const outcomes = await runTour({ ...example, servers: { ...example.servers, koa: open } })
  await Promise.all([example.close(), open.close()])

  const unexpected = outcomes.filter((outcome) => !isExpected(outcome))
  const titles = new Set(unexpected.map(({ attempt }) => attempt.title))
  expect(new Set(unexpected.map(({ framework }) => framework))).toEqual(new Set(['koa']))
  for (const { title, expected } of attempts) if (expected.status >= 400) expect(titles).toContain(title)
  expect(exitCodeFor(outcomes)).toBe(1)
  expect(drawOutcomes(outcomes)).toContain('! koa, nested, no token: 200 instead of 401')
})
