import type { TokenForm } from '@sealbearer/core'
import { type Example, frameworkNames } from '../example.js'
import { createAttackersTokens } from './attacker.js'
import { type Attempt, attempts } from './attempts.js'
import type { Answer, Outcome } from './outcome.js'
import { publishedKeys } from './published-keys.js'
import { fillWallet, type Wallet } from './wallet.js'

/** The three forms, in the order of the table's columns. */
export const forms: readonly TokenForm[] = ['signed', 'encrypted', 'nested']

/** Sends every attempt to every server with a token of every form, over real HTTP. */
export async function runTour(example: Example): Promise<readonly Outcome[]> {
  const attacker = await createAttackersTokens(await publishedKeys(example))
  const outcomes: Outcome[] = []
  for (const form of forms) {
    const wallet = await fillWallet(example, form, attacker)
    for (const attempt of attempts) {
      for (const framework of frameworkNames) {
        const answer = await makeAttempt(attempt, example.servers[framework].url, wallet)
        outcomes.push({ attempt, framework, form, answer })
      }
    }
  }
  return outcomes
}

async function makeAttempt(attempt: Attempt, server: string, wallet: Wallet): Promise<Answer> {
  const url = new URL(attempt.path, server)
  url.search = String(new URLSearchParams(attempt.query?.(wallet)))
  const response = await fetch(url, { method: attempt.method, headers: attempt.headers(wallet) })
  const body: unknown = await response.json().catch(() => undefined)
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate') ?? undefined,
    body: typeof body === 'object' && body !== null ? { ...body } : {},
  }
}
