import type { ErrorCode, TokenForm } from '@sealbearer/core'
import { type Members, type SegmentText, signedToken, textOf } from './compact-token.js'
import type { TestEncryption } from './encryption.js'
import { type HostileName, hostileToken, type Materials } from './hostile-tokens.js'
import type { SigningKey } from './signing-key.js'

/** Claims that replace those of a valid token; `undefined` omits one. */
export type TestClaims = Members

/** Creates tokens. */
export interface Mint {
  /** A valid token of `test-user`, for five minutes. */
  (claims?: TestClaims): Promise<string>
  /** A token that expired an hour ago. */
  expired(claims?: TestClaims): Promise<string>
  /** A token that must be rejected. @throws {TypeError} for a name that the form does not have */
  hostile(name: HostileName, claims?: TestClaims): Promise<string>
}

/** The codes of hostile tokens, by their names. */
type HostileCodes = ReadonlyMap<HostileName, ErrorCode>

/** How tokens are made at the moment. */
interface Description {
  readonly issuer: string
  readonly audience: string
  readonly typ: string
  readonly key: SigningKey
  readonly now: Date
}

interface MintOptions {
  readonly form: TokenForm
  readonly codes: HostileCodes
  readonly encryption: Pick<TestEncryption, 'encrypt'>
  readonly describe: () => Description
}

/** Returns the code with which a hostile token is rejected. @throws {TypeError} for a name that the form does not have */
export function hostileCode(codes: HostileCodes, form: TokenForm, name: HostileName): ErrorCode {
  const code = codes.get(name)
  if (code === undefined) throw new TypeError(`hostile: ${form} tokens have ${[...codes.keys()].join(', ')}`)
  return code
}

/** Creates the functions that issue tokens of one form. */
export function createMint({ form, codes, encryption: { encrypt }, describe }: MintOptions): Mint {
  function materials(claims: TestClaims = {}): Materials {
    const { issuer, audience, typ, key, now } = describe()
    const seconds = Math.floor(now.getTime() / 1000)
    const write = (header: Members, content: SegmentText): Promise<string> =>
      form === 'encrypted'
        ? encrypt(textOf(content), { typ: header['typ'] })
        : encrypt(signedToken(key, header, content), { cty: 'JWT' })
    return {
      key,
      now: seconds,
      header: { alg: key.alg, kid: key.kid, typ },
      claims: {
        iss: issuer,
        aud: audience,
        sub: 'test-user',
        client_id: 'test-client',
        iat: seconds,
        exp: seconds + 300,
        jti: crypto.randomUUID(),
        ...claims,
      },
      write,
      encrypt,
    }
  }

  async function mint(claims?: TestClaims): Promise<string> {
    const { write, header, claims: all } = materials(claims)
    return write(header, all)
  }
  mint.expired = async (claims?: TestClaims): Promise<string> => {
    const { now } = materials()
    return mint({ iat: now - 3900, exp: now - 3600, ...claims })
  }
  mint.hostile = async (name: HostileName, claims?: TestClaims): Promise<string> => {
    hostileCode(codes, form, name)
    return hostileToken(name, materials(claims))
  }
  return mint
}
