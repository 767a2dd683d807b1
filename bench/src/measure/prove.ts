import type { Contender, Forgery } from './contender.js'

/** What every reader of a case is shown before it may run. */
export interface Evidence {
  readonly good: string
  /** Text that only the claims of the good token have. */
  readonly sub: string
  readonly forgeries: readonly Forgery[]
}

const readsClaims = ({ role }: Contender<string>): boolean => role !== 'raw' && role !== 'lowest'

/** Rejects unless the contender accepts the good token and refuses the forged ones. */
export async function proveReader(contender: Contender<string>, evidence: Evidence): Promise<void> {
  const { good, sub, forgeries } = evidence
  for (const attempt of ['first', 'second']) {
    const result = await contender.bind([good])(0)
    if (readsClaims(contender) && !JSON.stringify(result).includes(sub)) {
      throw new Error(`${contender.name} does not give the claims of the good token the ${attempt} time`)
    }
    for (const { title, token, needs } of forgeries) {
      if (needs === 'claims' && !readsClaims(contender)) continue
      if (await accepts(contender, token)) throw new Error(`${contender.name} accepts a token ${title}`)
    }
  }
}

async function accepts(contender: Contender<string>, token: string): Promise<boolean> {
  try {
    await contender.bind([token])(0)
    return true
  } catch {
    return false
  }
}
