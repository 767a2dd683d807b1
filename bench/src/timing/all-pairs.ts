import { controlPairs } from './control-pairs.js'
import { envelopePairs } from './envelope-pairs.js'
import { macPairs } from './mac-pairs.js'
import { rsaPairs } from './rsa-pairs.js'
import type { TimingPair } from './timing-pair.js'

export const allPairs: readonly TimingPair[] = [...controlPairs, ...macPairs, ...envelopePairs, ...rsaPairs]
