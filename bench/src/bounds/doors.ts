import {
  type Authenticator,
  bearer,
  cookie,
  createAuthenticator,
  createVerifier,
  importKey,
  type Verifier,
} from '@sealbearer/core'
import { nodeAuthRequest } from '@sealbearer/core/adapter'
import { type EncryptionKey, encryptionKey } from '../material/encryption-key.js'
import { parties } from '../material/parties.js'
import { nestedToken } from '../material/seal.js'
import { type SignatureKey, signatureKey } from '../material/signature-key.js'
import { answerOf, type Door, type Knock } from './door.js'
import type { Text } from './json-text.js'
import { raisedLimit, usualLimit } from './shape.js'
import { bytesFor, goodClaims, signedText, usualHeader } from './tokens.js'

export const cookieName = '__Host-access'

/** Everything that can be knocked at, with the keys of those who may come in. */
export interface Doors {
  readonly key: SignatureKey<'HS256'>
  /** A small token that is let in. */
  readonly goodToken: string
  readonly rsa: EncryptionKey
  readonly ecdh: EncryptionKey
  readonly dir: EncryptionKey
  /** Signed tokens; nothing is remembered, so that a good token costs as much each time. */
  readonly signed: Door
  /** The same with a limit raised far beyond the usual. */
  readonly raised: Door
  /** With what is remembered by default. */
  readonly remembering: Door
  readonly nestedRsa: Door
  readonly nestedEcdh: Door
  readonly nestedDir: Door
  /** Requests with Authorization or a cookie. */
  readonly requests: Door
  /** Signed tokens of one of two issuers, told apart by claims that nobody has verified. */
  readonly routed: Door
}

const tokenDoor = (name: string, verifier: Verifier<unknown>, welcome: Door['welcome']): Door => ({
  name,
  open: ([token = '']) => answerOf(() => verifier.verify(token)),
  welcome,
})

const requestDoor = (
  name: string,
  authenticator: Authenticator<unknown>,
  welcome: Door['welcome'],
): Door => ({
  name,
  async open(rawHeaders) {
    const request = nodeAuthRequest({ rawHeaders, method: 'GET', url: '/' }, true)
    const outcome = await authenticator.authenticate(request)
    return outcome.ok ? 'let in' : outcome.error.code
  },
  welcome,
})

export async function openDoors(): Promise<Doors> {
  const key = signatureKey('HS256')
  const signature = {
    algorithms: ['HS256'],
    keys: await importKey(key.verifying, { alg: 'HS256', kid: key.kid }),
  } as const
  const wide = { ...parties, cache: false, maxTokenSize: raisedLimit, signature } as const

  const goodToken = (characters: number, members?: Text): string => {
    const rest = signedText(`${usualHeader}}`, '', key).length
    return signedText(`${usualHeader}}`, goodClaims(bytesFor(characters - rest), members), key)
  }
  const welcome = (characters: number, members?: Text): Knock => [goodToken(characters, members)]

  const nested = async (key: EncryptionKey): Promise<Door> => {
    const keys = await importKey(key.opening, { alg: key.alg, kid: key.kid, enc: 'A256GCM' })
    const encryption = { keyManagement: [key.alg], contentEncryption: ['A256GCM'], keys } as const
    return tokenDoor(
      `nested, ${key.encryption}`,
      createVerifier({ ...wide, encryption }),
      async (characters, members) => {
        const rest = (await nestedToken('', key)).length
        return [await nestedToken(goodToken(bytesFor(characters - rest), members), key)]
      },
    )
  }
  const [rsa, ecdh, dir] = [
    encryptionKey('RSA-OAEP-256'),
    encryptionKey('ECDH-ES (P-256)'),
    encryptionKey('dir'),
  ]

  const withToken = (characters: number, members?: Text): Knock => [
    'Authorization',
    `Bearer ${goodToken(characters - 20, members)}`,
  ]
  return {
    key,
    goodToken: goodToken(0),
    rsa,
    ecdh,
    dir,
    signed: tokenDoor('verifier', createVerifier({ ...wide, maxTokenSize: usualLimit }), welcome),
    raised: tokenDoor('verifier', createVerifier(wide), welcome),
    remembering: tokenDoor('verifier', createVerifier({ ...parties, signature }), welcome),
    nestedRsa: await nested(rsa),
    nestedEcdh: await nested(ecdh),
    nestedDir: await nested(dir),
    requests: requestDoor(
      'authenticator',
      createAuthenticator({
        verifier: createVerifier(wide),
        credentials: [bearer(), cookie(cookieName)],
      }),
      withToken,
    ),
    routed: requestDoor(
      'authenticator, two issuers',
      createAuthenticator({
        verifier: [createVerifier(wide), createVerifier({ ...wide, issuer: 'https://other.bench.example' })],
      }),
      withToken,
    ),
  }
}
