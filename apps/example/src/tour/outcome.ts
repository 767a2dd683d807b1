import type { TokenForm } from '@sealbearer/core'
import type { Framework } from '../example.js'
import type { Attempt } from './attempts.js'

/** The response of a server. */
export interface Answer {
  readonly status: number
  /** The header `WWW-Authenticate`. */
  readonly challenge: string | undefined
  /** The body, if it is a JSON object. */
  readonly body: Readonly<Record<string, unknown>>
}

/** The result of an attempt at one server, with a token of one form. */
export interface Outcome {
  readonly attempt: Attempt
  readonly framework: Framework
  readonly form: TokenForm
  readonly answer: Answer
}

/** Returns whether a server responded as expected. */
export function isExpected({ attempt: { expected }, form, answer }: Outcome): boolean {
  const { status, challenge, body } = answer
  if (status !== expected.status) return false
  if (status < 400) return challenge === undefined && body['form'] === form
  const attributes = challengeAttributes(challenge)
  return (
    attributes.get('realm') === 'orders' &&
    attributes.get('error') === expected.error &&
    attributes.get('scope') === expected.scope &&
    body['error'] === expected.error
  )
}

/** 0 if there are outcomes and all are expected, otherwise 1. */
export const exitCodeFor = (outcomes: readonly Outcome[]): 0 | 1 =>
  outcomes.length > 0 && outcomes.every(isExpected) ? 0 : 1

/** Reads a Bearer challenge as our servers write it: quoted strings without quotes in them. */
function challengeAttributes(challenge = ''): ReadonlyMap<string, string> {
  const attributes = challenge.startsWith('Bearer ') ? challenge.matchAll(/([a-z_]+)="([^"]*)"/g) : []
  return new Map(Array.from(attributes, ([, name = '', value = '']) => [name, value]))
}
