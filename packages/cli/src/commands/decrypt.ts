import type { ContentEncryptionAlgorithm, KeyManagementAlgorithm } from '@sealbearer/core'
import { contentEncryptionAlgorithms } from '@sealbearer/core/internal'
import { decryptJwe } from '@sealbearer/core/jose'
import type { Command } from '../command.js'
import { CommandError } from '../exit-codes.js'
import { visibleLines } from '../inspect/visible-text.js'
import { keyOptions } from '../key-options.js'
import { keyManagementOf, loadKeys } from '../load-keys.js'
import { readToken } from '../read-text.js'

/** All content encryption algorithms: without --enc, each is allowed. */
// The keys of core's table are these names.
export const contentEncryptions = Object.keys(
  contentEncryptionAlgorithms,
) as readonly ContentEncryptionAlgorithm[]

/** Decrypts a token. */
export const decrypt: Command = {
  usage: 'decrypt --key FROM [--in FILE] < token',
  summary: 'decrypts a token and prints its content',
  details: ['Checks only that it was not modified: use verify for a nested token.'],
  options: { ...keyOptions, in: { type: 'string', value: 'FILE', help: 'the token (default: stdin)' } },
  positionals: { min: 0, max: 0 },
  async run(args, context) {
    const loaded = await loadKeys('key', args, context)
    const keyManagement = keyManagementOf(loaded)
    if (keyManagement.length === 0) throw new CommandError('usage', 'decrypt: the key is not for encryption')
    const enc = args.text('enc')
    const { plaintext } = await decryptJwe(await readToken(args, context), {
      // decryptJwe checks both.
      keyManagement: keyManagement as readonly KeyManagementAlgorithm[],
      contentEncryption: enc === undefined ? contentEncryptions : [enc as ContentEncryptionAlgorithm],
      keys: loaded.keys,
    })
    const text = new TextDecoder().decode(plaintext)
    // Anyone with the public key can have encrypted it. Output to a program is not escaped.
    context.print(context.isTerminal ? `${visibleLines(text).replace(/\n$/, '')}\n` : text)
  },
}
