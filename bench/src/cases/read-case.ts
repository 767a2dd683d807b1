import { claimsOf, subjectOf } from '../material/claims.js'
import { forgeries, type Mint } from '../material/forgeries.js'
import type { Case, Contender } from '../measure/contender.js'
import { type Evidence, proveReader } from '../measure/prove.js'

/** What a case is made of. */
interface ReadCaseParts {
  readonly group: string
  readonly name: string
  readonly contenders: readonly (Contender<string> | undefined)[]
  readonly mint: Mint
}

/** Whoever is shown first. */
const goodSubject = subjectOf(1)

async function evidenceOf(mint: Mint): Promise<Evidence> {
  return {
    good: await mint.token(claimsOf(goodSubject)),
    sub: goodSubject.sub,
    forgeries: await forgeries(mint),
  }
}

async function caseOf(
  { group, name, contenders, mint }: ReadCaseParts,
  items: Pick<Case<string>, 'items' | 'fresh'>,
): Promise<Case<string>> {
  const evidence = await evidenceOf(mint)
  return {
    group,
    name,
    contenders: contenders.filter((contender) => contender !== undefined),
    ...items,
    prove: (contender) => proveReader(contender, evidence),
  }
}

/** Reads that many different tokens, each in its turn. */
export async function distinctTokensCase(parts: ReadCaseParts, count: number): Promise<Case<string>> {
  const tokens = await Promise.all(
    Array.from({ length: count }, (_, index) => parts.mint.token(claimsOf(subjectOf(index)))),
  )
  return caseOf(parts, { items: () => tokens })
}

/** Each request brings the token in a string of its own, whose hash nobody has asked for yet. */
const copies = 2048

/** Reads one token over and over. */
export async function sameTokenCase(parts: ReadCaseParts): Promise<Case<string>> {
  const bytes = Buffer.from(await parts.mint.token(claimsOf(goodSubject)))
  const items = (): readonly string[] => Array.from({ length: copies }, () => bytes.toString('latin1'))
  return caseOf(parts, { items, fresh: true })
}
