import {
  type Algorithm,
  algorithms,
  isAlgorithm,
  isSignatureAlgorithm,
  type SignatureAlgorithm,
} from '../src/crypto/algorithms.js'
import { whyUnsupported } from '../src/keys/key-description.js'

const found: Algorithm[] = []
for (const alg of Object.keys(algorithms).filter(isAlgorithm)) {
  if ((await whyUnsupported(alg)) === undefined) found.push(alg)
}

/** The algorithms that the runtime of the tests has. */
export const runtimeAlgorithms: readonly Algorithm[] = found
export const runtimeSignatureAlgorithms: readonly SignatureAlgorithm[] = found.filter(isSignatureAlgorithm)
