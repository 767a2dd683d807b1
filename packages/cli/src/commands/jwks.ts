import { publicJwks } from '@sealbearer/core'
import type { Command } from '../command.js'
import { keyOptions } from '../key-options.js'
import { loadKeys } from '../load-keys.js'

/** Prints the public half of keys. */
export const jwks: Command = {
  usage: 'jwks --key FROM',
  summary: 'prints the public half of keys as a JWK Set',
  details: ['Only public members, ever. Of a key ring: what it publishes now.'],
  options: keyOptions,
  positionals: { least: 0, most: 0 },
  async run(given, surroundings) {
    const { keys } = await loadKeys('key', given, surroundings)
    surroundings.print(`${JSON.stringify(publicJwks(keys), undefined, 2)}\n`)
  },
}
