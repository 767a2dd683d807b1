import type { CommandOption } from './command.js'

const places = 'a file, - for stdin, or env:NAME'

/** Options by which commands are told about keys. No option takes a secret itself: arguments end in process lists. */
export const keyOptions: Readonly<
  Record<'key' | 'alg' | 'enc' | 'encoding' | 'passphrase-file', CommandOption>
> = {
  key: {
    type: 'string',
    value: 'FROM',
    help: `the key: ${places}; holds a JWK, JWK Set, PEM, key ring or secret`,
  },
  alg: { type: 'string', multiple: true, value: 'ALG', help: 'its algorithm, where the key does not say' },
  enc: { type: 'string', value: 'ENC', help: 'content encryption; required for dir, else A256GCM' },
  encoding: { type: 'string', value: 'utf8|base64url|base64', help: 'reads the key as the text of a secret' },
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    help: 'passphrase of a sealed key ring; else SEALBEARER_PASSPHRASE',
  },
}
