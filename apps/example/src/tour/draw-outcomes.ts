import { frameworkNames } from '../example.js'
import type { Attempt } from './attempts.js'
import { isExpected, type Outcome } from './outcome.js'
import { forms } from './run.js'

const indent = '  '
const gap = '  '
const columns = { title: 39, call: 14, cell: 4 }
const cellsWidth = columns.cell * forms.length

/** Challenges by the letter that stands for them in the table. */
type Letters = ReadonlyMap<string, string>

/**
 * Draws the outcomes as a table: a row for each attempt, a column for each framework and form, and the letters
 * of the challenges that came with them. `!` marks an unexpected outcome.
 */
export function drawOutcomes(outcomes: readonly Outcome[]): string {
  const letters = letterChallenges(outcomes)
  const attempts = [...new Set(outcomes.map(({ attempt }) => attempt))]
  return [
    ...drawHead(),
    ...attempts.map((attempt) => drawRow(attempt, outcomes, letters)),
    '',
    `${indent}sig signed, enc encrypted, nes nested; the letters stand for the challenges (WWW-Authenticate):`,
    ...[...letters].map(([challenge, letter]) => drawChallenge(challenge, letter)),
    '',
    ...drawSum(outcomes),
  ].join('\n')
}

function drawHead(): readonly string[] {
  const before = ' '.repeat(columns.title + columns.call)
  const names = frameworkNames.map((framework) => framework.padEnd(cellsWidth))
  const formNames = forms.map((form) => form.slice(0, 3).padEnd(columns.cell)).join('')
  return [
    `${indent}${before}${names.join(gap)}`,
    `${indent}${before}${frameworkNames.map(() => formNames).join(gap)}`,
  ].map((line) => line.trimEnd())
}

function drawRow(attempt: Attempt, outcomes: readonly Outcome[], letters: Letters): string {
  const row = outcomes.filter((outcome) => outcome.attempt === attempt)
  const cells = frameworkNames.map((framework) =>
    forms.map((form) =>
      drawCell(row.find((outcome) => outcome.framework === framework && outcome.form === form)),
    ),
  )
  const found = row.map(({ answer }) => letters.get(answer.challenge ?? ''))
  return [
    indent,
    attempt.title.padEnd(columns.title),
    `${attempt.method} ${attempt.path}`.padEnd(columns.call),
    cells.map((ofFramework) => ofFramework.join('')).join(gap),
    gap,
    [...new Set(found)].join(''),
  ]
    .join('')
    .trimEnd()
}

function drawCell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '?'.padEnd(columns.cell)
  return `${outcome.answer.status}${isExpected(outcome) ? ' ' : '!'}`.padEnd(columns.cell)
}

function letterChallenges(outcomes: readonly Outcome[]): Letters {
  const challenges = new Set(outcomes.flatMap(({ answer }) => answer.challenge ?? []))
  return new Map([...challenges].map((challenge, index) => [challenge, String.fromCharCode(97 + index)]))
}

/** A line for each attribute, since together they are wider than most terminals. */
function drawChallenge(challenge: string, letter: string): string {
  return `${indent}${letter}  ${challenge.replace(/, (?=error_description=|scope=)/g, `,\n${indent}          `)}`
}

function drawSum(outcomes: readonly Outcome[]): readonly string[] {
  const unexpected = outcomes.filter((outcome) => !isExpected(outcome))
  return [
    ...unexpected.map(({ attempt, framework, form, answer }) => {
      const { status, error } = attempt.expected
      const wanted = error === undefined ? status : `${status} ${error}`
      return `${indent}! ${framework}, ${form}, ${attempt.title}: ${answer.status} instead of ${wanted}, or a wrong response`
    }),
    `${indent}${outcomes.length - unexpected.length} of ${outcomes.length} outcomes are the expected ones.`,
  ]
}
