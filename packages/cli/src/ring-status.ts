import type { RingKeyStatus } from '@sealbearer/core/key-ring'
import { visibleText } from './inspect/visible-text.js'

const timeOf = (date: Date | undefined): string =>
  date?.toISOString().replace(/\.\d+Z$/, 'Z') ?? 'not planned'

/** What a ring holds, a line for each key. */
export const statusLines = (status: readonly RingKeyStatus[]): string =>
  status
    .map(({ phase, alg, kid, activeFrom, trustedUntil }) => {
      const until = trustedUntil === undefined ? '' : `, trusted until ${timeOf(trustedUntil)}`
      return `${phase.padEnd(9)}${alg.padEnd(15)}${visibleText(kid)}  used from ${timeOf(activeFrom)}${until}\n`
    })
    .join('')
