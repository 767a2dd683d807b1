import type { CommandOption } from './command.js'

const places = 'a file, - for stdin, or env:NAME'

/** Options that name keys. No option accepts a secret itself, because process lists show arguments. */
export const keyOptions: Readonly<
  Record<'key' | 'alg' | 'enc' | 'encoding' | 'passphrase-file', CommandOption>
> = {
  key: {
    type: 'string',
    value: 'FROM',
    help: `the key: ${places}; a JWK, JWK Set, PEM, key ring or secret`,
  },
  alg: { type: 'string', multiple: true, value: 'ALG', help: 'its algorithm, if the key does not name one' },
  enc: { type: 'string', value: 'ENC', help: 'content encryption (default A256GCM; required for dir)' },
  encoding: { type: 'string', value: 'utf8|base64url|base64', help: 'read the key as the text of a secret' },
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    help: 'passphrase of a sealed key ring (default: SEALBEARER_PASSPHRASE)',
  },
}
