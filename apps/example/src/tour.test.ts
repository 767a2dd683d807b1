import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Example, frameworkNames, startExample } from './example.js'
import { listen } from './listen.js'
import { attempts } from './tour/attempts.js'
import { drawVerdicts } from './tour/draw-verdicts.js'
import { forms, runTour } from './tour/run.js'
import { exitCodeFor, isExpected, type Verdict } from './tour/verdict.js'

const wireOf = ({ answer: { status, challenge, body } }: Verdict): object => ({ status, challenge, body })

describe.each([{ secureCookie: false }, { secureCookie: true }])(
  'the tour, $secureCookie as secureCookie',
  (options) => {
    let example: Example
    let verdicts: readonly Verdict[]

    beforeAll(async () => {
      example = await startExample({ firstPort: 0, ...options })
      verdicts = await runTour(example)
    })
    afterAll(() => example.close())

    test('visits every framework with every form', () => {
      const visited = verdicts.map(({ framework, form }) => `${framework} ${form}`)
      const all = frameworkNames.flatMap((framework) => forms.map((form) => `${framework} ${form}`))
      expect(new Set(visited)).toEqual(new Set(all))
      expect(verdicts).toHaveLength(all.length * attempts.length)
    })

    test.each(attempts)('$title: $expected.status everywhere', (attempt) => {
      const found = verdicts.filter((verdict) => verdict.attempt === attempt)
      expect(found.filter((verdict) => !isExpected(verdict))).toEqual([])
      expect(found).toHaveLength(12)
      for (const form of forms) {
        const [first, ...others] = found.filter((verdict) => verdict.form === form).map(wireOf)
        expect(others).toEqual([first, first, first])
      }
    })

    test('a bad token is refused with the same words, whatever is bad about it', () => {
      const words = verdicts.filter(({ attempt }) => attempt.expected.error === 'invalid_token').map(wireOf)
      expect(new Set(words.map((word) => JSON.stringify(word))).size).toBe(1)
    })

    test('ends with 0', () => {
      expect(exitCodeFor(verdicts)).toBe(0)
    })

    test('fits into 120 columns and shows every verdict', () => {
      const lines = drawVerdicts(verdicts).split('\n')
      expect(lines.filter((line) => line.length > 120)).toEqual([])
      for (const { title } of attempts) {
        const [row] = lines.filter((line) => line.includes(title))
        expect(row?.match(/ \d{3}(?= |$)/g)).toHaveLength(12)
      }
      expect(lines.at(-1)).toContain(`${verdicts.length} of ${verdicts.length} verdicts`)
    })
  },
)

test('a server that lets everybody in is found out', async () => {
  const example = await startExample({ firstPort: 0, secureCookie: false })
  const open = await listen(
    createServer((_, response) => response.end('{"form":"signed"}')),
    0,
  )
  const verdicts = await runTour({ ...example, servers: { ...example.servers, koa: open } })
  await Promise.all([example.close(), open.close()])

  const unexpected = verdicts.filter((verdict) => !isExpected(verdict))
  const titles = new Set(unexpected.map(({ attempt }) => attempt.title))
  expect(new Set(unexpected.map(({ framework }) => framework))).toEqual(new Set(['koa']))
  for (const { title, expected } of attempts) if (expected.status >= 400) expect(titles).toContain(title)
  expect(exitCodeFor(verdicts)).toBe(1)
  expect(drawVerdicts(verdicts)).toContain('! koa, nested, no token: 200 instead of 401')
})
