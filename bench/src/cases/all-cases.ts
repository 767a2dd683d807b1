import { encryptionNames } from '../material/encryption-key.js'
import { type SignatureAlgorithm, signatureAlgorithms } from '../material/signature-key.js'
import type { Case } from '../measure/contender.js'
import { type MeasuredCase, measure, type Pace } from '../measure/rounds.js'
import { decryptCase, encryptCase } from './encrypted-cases.js'
import { nestings, openCase, sealCase } from './nested-cases.js'
import { postQuantumAlgorithms, postQuantumCase, postQuantumIssueCase } from './post-quantum-cases.js'
import { foreignKeyCase, knownKeyCase, newKeyCase, proofBesideTokenCase } from './proof-cases.js'
import { issueCase, rememberedCase, verifyCase } from './signed-cases.js'

/** A case whatever its items are. */
interface AnyCase {
  readonly name: string
  /** Rejects unless each contender does the whole work. */
  prove(): Promise<void>
  measure(pace: Pace): Promise<MeasuredCase>
}

/** Forgets what the items of a case are. */
function anyCase<Item>(from: Case<Item>): AnyCase {
  return {
    name: from.name,
    async prove() {
      for (const contender of from.contenders) await from.prove(contender)
    },
    measure: (pace) => measure(from, pace),
  }
}

/** Makes a case when its turn comes. */
type MakeCase = () => Promise<AnyCase>

const remembered: readonly SignatureAlgorithm[] = ['HS256', 'RS256', 'ES256']

/** Every case, on so many different items. */
export const casesOf = (count: number): readonly MakeCase[] => [
  ...signatureAlgorithms.map((alg) => async () => anyCase(await verifyCase(alg, count))),
  ...postQuantumAlgorithms.map((alg) => async () => anyCase(await postQuantumCase(alg, count))),
  ...remembered.map((alg) => async () => anyCase(await rememberedCase(alg))),
  ...[knownKeyCase, newKeyCase, foreignKeyCase, proofBesideTokenCase].map(
    (make) => async () => anyCase(await make(count)),
  ),
  ...encryptionNames.map((name) => async () => anyCase(await decryptCase(name, count))),
  ...encryptionNames.map((name) => async () => anyCase(await encryptCase(name, count))),
  ...nestings.map((nesting) => async () => anyCase(await openCase(nesting, count))),
  ...nestings.map((nesting) => async () => anyCase(await sealCase(nesting, count))),
  ...signatureAlgorithms.map((alg) => async () => anyCase(await issueCase(alg, count))),
  ...postQuantumAlgorithms.map((alg) => async () => anyCase(await postQuantumIssueCase(alg, count))),
]
