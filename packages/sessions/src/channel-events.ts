import type { SessionEvent } from './events.js'
import type { RevocationEvent } from './revocation-event.js'

declare module '@sealbearer/core' {
  interface ChannelEvents {
    'sealbearer:session': SessionEvent
    'sealbearer:revocation': RevocationEvent
  }
}
