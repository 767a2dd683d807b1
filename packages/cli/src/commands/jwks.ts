import { publicJwks, type RemoteKeySet } from '@sealbearer/core'
import type { Command } from '../command.js'
import type { CommandContext } from '../command-context.js'
import { visibleJson, visibleText } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { loadKeys } from '../load-keys.js'

/** Prints public keys. */
export const jwks: Command = {
  usage: 'jwks --key FROM',
  summary: 'prints the public keys as a JWK Set',
  details: [
    'Prints only public members: of a key ring, those that it publishes now; of an https: address, the usable keys.',
    'The other keys are listed on stderr, with the reason.',
  ],
  options: keyOptions,
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const { keys, remote } = await loadKeys('key', args, context)
    if (remote !== undefined) await loadRemote(remote, context)
    context.print(`${visibleJson(publicJwks(keys))}\n`)
  },
}

/** Loads a remote set, which is empty before its first use. @throws {SealbearerError} `SB_KEYS_UNAVAILABLE` with the reason */
async function loadRemote(remote: RemoteKeySet, context: CommandContext): Promise<void> {
  await remote.refresh()
  for (const { index, reason, detail } of remote.status().skipped) {
    context.printError(`sealbearer: keys[${index}] is not used: ${visibleText(detail ?? reason)}\n`)
  }
}
