import type { RingKeyStatus } from '@sealbearer/core/key-ring'
import type { Paint } from './inspect/paint.js'
import { visibleText } from './inspect/visible-text.js'

const timeOf = (date: Date | undefined): string =>
  date?.toISOString().replace(/\.\d+Z$/, 'Z') ?? 'not planned'

/** The colours of the active and the next key; the others are only trusted. */
const colours: Readonly<Partial<Record<RingKeyStatus['phase'], keyof Paint>>> = {
  active: 'good',
  next: 'frame',
}

/** The keys of a ring, one per line. */
export const statusLines = (status: readonly RingKeyStatus[], paint: Paint): string =>
  status
    .map(({ phase, alg, kid, activeFrom, trustedUntil }) => {
      const until = trustedUntil === undefined ? '' : `, trusted until ${timeOf(trustedUntil)}`
      const painted = paint[colours[phase] ?? 'risky'](phase.padEnd(9))
      return `${painted}${alg.padEnd(15)}${visibleText(kid)}  used from ${timeOf(activeFrom)}${until}\n`
    })
    .join('')
