import { controlPairs } from './control-pairs.js'
import { encryptedPairs } from './encrypted-pairs.js'
import { macPairs } from './mac-pairs.js'
import { rsaPairs } from './rsa-pairs.js'
import type { TimingPair } from './timing-pair.js'

export const allPairs: readonly TimingPair[] = [...controlPairs, ...macPairs, ...encryptedPairs, ...rsaPairs]
