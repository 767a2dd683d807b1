import {
  createRemoteKeySet,
  type ErrorCode,
  type RemoteKeySet,
  type TokenForm,
  type VerifierOptions,
} from '@sealbearer/core'
import { checkMembers } from '@sealbearer/core/internal'
import { createEncryption } from './encryption.js'
import { type HostileName, hostileCodesOf } from './hostile-tokens.js'
import { createKeyServer, type Publication, respond } from './key-endpoint.js'
import { createMint, hostileCode, type Mint } from './mint.js'
import {
  generateSigningKey,
  type SigningKey,
  type TestSignatureAlgorithm,
  testSignatureAlgorithms,
} from './signing-key.js'
import { createTestClock, type TestClock } from './test-clock.js'

/** Options of {@link createTestIssuer}. */
export interface TestIssuerOptions {
  /** @default 'https://issuer.test', or the server's address once it listens */
  readonly issuer?: string
  /** @default 'https://api.test' */
  readonly audience?: string
  /** @default 'at+jwt' */
  readonly typ?: string
  /** @default 'signed' */
  readonly form?: TokenForm
  /** @default 'ES256' */
  readonly algorithm?: TestSignatureAlgorithm
}

/** An issuer for tests. */
export interface TestIssuer {
  readonly issuer: string
  /** The published keys, loaded within this process, without a socket. */
  readonly keys: RemoteKeySet
  /** Options for `createVerifier`: issuer, audience, typ, keys, clock. Add your own. */
  readonly verifierOptions: VerifierOptions
  readonly mint: Mint
  readonly hostileNames: readonly HostileName[]
  /** The code with which each of {@link hostileNames} is rejected. */
  codeOf(name: HostileName): ErrorCode
  readonly clock: TestClock
  /** Signs with a new key from now on. The previous one stays published, so that its tokens remain valid. */
  rotate(): void
  /** Whether requests for keys and metadata fail with 503. */
  outage(on: boolean): void
  /** Delays responses to requests for keys and metadata, in milliseconds. */
  delay(milliseconds: number): void
  /**
   * Serves metadata (OpenID Connect Discovery and RFC 8414) and keys on a loopback port. Without the option `issuer`, the
   * address becomes the issuer: create verifiers afterwards.
   *
   * @param port @default a free one
   * @returns The address, for `discoverIssuer`.
   */
  listen(port?: number): Promise<string>
  close(): Promise<void>
}

/**
 * Creates an issuer for tests, with its own keys. It can also issue invalid tokens, which a server must reject. Its clock only
 * moves when a test moves it: pass `clock.now` to everything else that reads the time.
 *
 * @throws {TypeError} for an option that is unknown or invalid.
 * @example
 * const issuer = await createTestIssuer()
 * const authenticator = createAuthenticator({ verifier: createVerifier(issuer.verifierOptions) })
 * const headers = { authorization: `Bearer ${await issuer.mint({ scope: 'orders:read' })}` }
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  checkMembers('createTestIssuer', options, ['issuer', 'audience', 'typ', 'form', 'algorithm'])
  const { audience = 'https://api.test', typ = 'at+jwt', form = 'signed', algorithm = 'ES256' } = options
  if (!testSignatureAlgorithms.includes(algorithm))
    throw new TypeError(`algorithm: must be one of ${testSignatureAlgorithms.join(', ')}`)
  let issuer = options.issuer ?? 'https://issuer.test'
  let published: readonly [SigningKey, ...SigningKey[]] = [generateSigningKey(algorithm)]
  let isOut = false
  let delay = 0

  const clock = createTestClock()
  const encryption = await createEncryption(form)
  const codes = hostileCodesOf(form)
  const publication: Publication = {
    issuer: () => issuer,
    jwks: () => ({ keys: published.map(({ publicJwk }) => publicJwk) }),
    isOut: () => isOut,
    delay: () => delay,
  }
  const server = createKeyServer(publication)
  const keys = createRemoteKeySet('https://issuer.test/jwks', {
    fetch: async () => respond(publication, '/jwks'),
    // A new key is found immediately.
    cooldown: 0,
    now: clock.now,
  })

  const mint = createMint({
    codes,
    encryption,
    form,
    describe: () => ({ issuer, audience, typ, key: published[0], now: clock.now() }),
  })

  return {
    get issuer() {
      return issuer
    },
    keys,
    get verifierOptions() {
      const policy = { issuer, audience, typ, now: clock.now }
      const signature = { algorithms: [algorithm], keys }
      return encryption.verifierOptions({ ...policy, signature })
    },
    mint,
    hostileNames: [...codes.keys()],
    codeOf: (name) => hostileCode(codes, form, name),
    clock,
    rotate() {
      published = [generateSigningKey(algorithm), ...published.slice(0, 1)]
    },
    outage(on) {
      isOut = on
    },
    delay(milliseconds) {
      delay = milliseconds
    },
    async listen(port = 0) {
      const url = await server.listen(port)
      if (options.issuer === undefined) issuer = url
      return url
    },
    close: server.close,
  }
}
