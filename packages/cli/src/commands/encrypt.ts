import type { ContentEncryptionAlgorithm, KeyManagementAlgorithm } from '@sealbearer/core'
import { decodeUnverified, encryptJwe } from '@sealbearer/core/jose'
import type { Command } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { keyOptions } from '../key-options.js'
import { keyManagementOf, loadKeys } from '../load-keys.js'
import { readText } from '../read-text.js'

/** Encrypts a token, or any other input. */
export const encrypt: Command = {
  usage: 'encrypt --key FROM [--in FILE] < token',
  summary: 'encrypts stdin for the holder of a key',
  details: [
    'A signed token becomes a nested one (cty: JWT). Anything else becomes an encrypted token that, under a public',
    'key, says nothing about who made it.',
  ],
  options: {
    ...keyOptions,
    in: { type: 'string', value: 'FILE', help: 'what to encrypt (default: stdin)' },
    cty: { type: 'string', value: 'TYPE', help: 'what is inside (default: JWT for a signed token)' },
  },
  positionals: { least: 0, most: 0 },
  async run(given, surroundings) {
    const loaded = await loadKeys('key', given, surroundings)
    const [keyManagement, ...more] = keyManagementOf(loaded)
    if (keyManagement === undefined || more.length > 0) {
      throw new CommandError('usage', 'encrypt: the key is not for encryption, or one --alg has to say which')
    }
    const text = await readText(given.text('in') ?? '-', surroundings)
    const isToken = decodeUnverified(text.trim())?.form === 'signed'
    const cty = given.text('cty') ?? (isToken ? 'JWT' : undefined)
    const token = await encryptJwe(new TextEncoder().encode(isToken ? text.trim() : text), {
      // encryptJwe checks both.
      keyManagement: keyManagement as KeyManagementAlgorithm,
      contentEncryption: (given.text('enc') ?? 'A256GCM') as ContentEncryptionAlgorithm,
      key: loaded.keys,
      protectedHeader: cty === undefined ? {} : { cty },
    })
    surroundings.print(`${token}\n`)
  },
}
