import { claimsOf, subjectOf } from '../material/claims.js'
import { forgeries, type Mint } from '../material/forgeries.js'
import type { Case, Contender } from '../measure/contender.js'
import { proveReader } from '../measure/prove.js'

/** A case of a series, on tokens of its own. Only what passes through `mint` is shown to contenders first. */
export async function seriesCase(
  name: string,
  contenders: readonly Contender<string>[],
  mint: Mint,
  items: Pick<Case<string>, 'items' | 'fresh'>,
): Promise<Case<string>> {
  const { sub } = subjectOf(1)
  const evidence = {
    good: await mint.token(claimsOf(subjectOf(1))),
    sub,
    forgeries: await forgeries(mint),
  }
  return {
    group: 'growth',
    name,
    contenders,
    ...items,
    prove: (contender) => proveReader(contender, evidence),
  }
}
