import type { Example } from '../example.js'
import { keysOnTheMove } from './keys-on-the-move.js'
import { revocation } from './revocation.js'
import type { Scene } from './scene.js'
import { sessions } from './sessions.js'
import { twoIssuers } from './two-issuers.js'

/** A part of the tour with its own table. */
interface Section {
  readonly title: string
  readonly play: (example: Example) => Promise<readonly Scene[]>
}

/** The parts after the attempts, in order. */
export const sections: readonly Section[] = [
  { title: 'Two issuers: ours, and a partner found through its metadata', play: twoIssuers },
  { title: 'Keys on the move, while Ben goes on without a pause', play: keysOnTheMove },
  { title: 'Emergency: a key is revoked, and the next request feels it', play: revocation },
  { title: 'Sessions in cookies: parallel tabs, lost answers, thieves', play: sessions },
]
