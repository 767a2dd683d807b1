import { publicJwks, type RemoteKeySet } from '@sealbearer/core'
import type { Command } from '../command.js'
import { visibleJson, visibleText } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { loadKeys } from '../load-keys.js'
import type { Surroundings } from '../surroundings.js'

/** Prints the public half of keys. */
export const jwks: Command = {
  usage: 'jwks --key FROM',
  summary: 'prints the public half of keys as a JWK Set',
  details: [
    'Only public members, ever. Of a key ring: what it publishes now. Of an https: address: the keys of it that',
    'would be used; the others are named on stderr, with the reason.',
  ],
  options: keyOptions,
  positionals: { least: 0, most: 0 },
  async run(given, surroundings) {
    const { keys, remote } = await loadKeys('key', given, surroundings)
    if (remote !== undefined) await loadRemote(remote, surroundings)
    surroundings.print(`${visibleJson(publicJwks(keys))}\n`)
  },
}

/** A set that loads on first use is empty before. @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` with the reason */
async function loadRemote(remote: RemoteKeySet, surroundings: Surroundings): Promise<void> {
  await remote.refresh()
  for (const { index, reason, detail } of remote.status().skipped) {
    surroundings.printError(`sealbearer: keys[${index}] is not used: ${visibleText(detail ?? reason)}\n`)
  }
}
