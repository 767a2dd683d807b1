import type { TokenForm } from '@sealbearer/core'
import { decryptJwe, encryptJwe } from '@sealbearer/core/jose'
import type { Example } from '../example.js'
import { createIssuers } from '../issuers.js'
import type { AttackersTokens } from './attacker.js'
import { logInForCookie, logInForToken } from './log-in.js'
import { withAlgNone, withRoleRewritten } from './tampering.js'

/** The tokens of one form that the tour sends. */
export interface Wallet {
  readonly ada: string
  readonly ben: string
  /** Ben's, with the scope to place orders but not to read them. */
  readonly benWriting: string
  /** Ben's, as the header `Cookie` of a browser. */
  readonly benCookie: string
  readonly expired: string
  readonly otherAudience: string
  /** Ben's, changed to make him an admin. */
  readonly roleRewritten: string
  readonly algNone: string
  readonly byPublicKey: string
  readonly byOwnKey: string
  /** Genuine content, but in another form than its key is for. */
  readonly otherForm: string
}

/** Logs in for the valid tokens of a form, and creates the invalid ones. */
export async function fillWallet(
  example: Example,
  form: TokenForm,
  attacker: AttackersTokens,
): Promise<Wallet> {
  const ben = await logInForToken(example, { username: 'ben', form })
  const hourAgo = new Date(Date.now() - 60 * 60 * 1000)
  const claims = { sub: 'ben', scope: 'orders:read', roles: ['user'] }
  const issueWith = async (changes: Parameters<typeof createIssuers>[1]): Promise<string> =>
    (await createIssuers(example.keys, changes)[form].issue(claims)).token
  return {
    ben,
    ada: await logInForToken(example, { username: 'ada', form }),
    benWriting: await logInForToken(example, { username: 'ben', form, scope: 'orders:write' }),
    benCookie: await logInForCookie(example, { username: 'ben', form }),
    expired: await issueWith({ now: () => hourAgo }),
    otherAudience: await issueWith({ audience: 'https://billing.example.test' }),
    roleRewritten: await withRoleRewritten(form, ben, example.keys),
    algNone: form === 'encrypted' ? withAlgNone(ben) : attacker.unsigned[form],
    byPublicKey: attacker.byPublicKey[form],
    byOwnKey: attacker.byOwnKey[form],
    otherForm: await inOtherForm[form](example),
  }
}

const inOtherForm: Readonly<Record<TokenForm, (example: Example) => Promise<string>>> = {
  /** A signed token, encrypted like nested ones. */
  async signed(example) {
    const signedToken = await logInForToken(example, { username: 'ada', form: 'signed' })
    return encryptJwe(Buffer.from(signedToken), {
      keyManagement: 'RSA-OAEP-256',
      contentEncryption: 'A256GCM',
      key: example.keys.recipient,
      protectedHeader: { cty: 'JWT' },
    })
  },
  /** A signed token, encrypted like claims without a signature. */
  async encrypted(example) {
    const signedToken = await logInForToken(example, { username: 'ada', form: 'signed' })
    return encryptJwe(Buffer.from(signedToken), {
      keyManagement: 'dir',
      contentEncryption: 'A256GCM',
      key: example.keys.shared,
      protectedHeader: { cty: 'JWT' },
    })
  },
  /** The signed token inside a nested one. */
  async nested(example) {
    const token = await logInForToken(example, { username: 'ada', form: 'nested' })
    const { plaintext } = await decryptJwe(token, {
      keyManagement: ['RSA-OAEP-256'],
      contentEncryption: ['A256GCM'],
      keys: example.keys.recipient,
    })
    return Buffer.from(plaintext).toString()
  },
}
