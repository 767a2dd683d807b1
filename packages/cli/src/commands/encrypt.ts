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
    'A signed token becomes a nested one (cty: JWT). Anything else becomes an encrypted token, which does not prove',
    'who created it if the key is public.',
  ],
  options: {
    ...keyOptions,
    in: { type: 'string', value: 'FILE', help: 'what to encrypt (default: stdin)' },
    cty: { type: 'string', value: 'TYPE', help: 'content type (default: JWT for a signed token)' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const loaded = await loadKeys('key', args, context)
    const [keyManagement, ...more] = keyManagementOf(loaded)
    if (keyManagement === undefined || more.length > 0) {
      throw new CommandError(
        'usage',
        'encrypt: the key is not for encryption, or has several algorithms; choose one with --alg',
      )
    }
    const text = await readText(args.text('in') ?? '-', context)
    const isToken = decodeUnverified(text.trim())?.form === 'signed'
    const cty = args.text('cty') ?? (isToken ? 'JWT' : undefined)
    const token = await encryptJwe(new TextEncoder().encode(isToken ? text.trim() : text), {
      // encryptJwe checks both.
      keyManagement: keyManagement as KeyManagementAlgorithm,
      contentEncryption: (args.text('enc') ?? 'A256GCM') as ContentEncryptionAlgorithm,
      key: loaded.keys,
      protectedHeader: cty === undefined ? {} : { cty },
    })
    context.print(`${token}\n`)
  },
}
