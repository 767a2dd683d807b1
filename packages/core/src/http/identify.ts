import type { ErrorCode } from '../error-table.js'
import { isSealbearerError, SealbearerError } from '../errors.js'
import type { VerifierPolicy } from '../jwt/define-verifier.js'
import type { TokenUse } from '../jwt/revocations.js'
import type { Verification } from '../jwt/verification.js'
import { chain, chainOrRecover, isPromise, type MaybePromise } from '../maybe-promise.js'
import { type CredentialsFound, isMalformed, malformedBy } from './credentials.js'
import { unprovenBy } from './csrf.js'
import type { Facts, Identify } from './decide.js'
import { unsafeBy, warnOfPlainHttp } from './https.js'
import type { Identity, IdentityReader } from './identity.js'
import type { Renewal } from './renewal.js'
import type { AuthRequest } from './request.js'
import { createRoute, type Route } from './routing.js'
import { bearerScheme, type Confirm, type Credentials, type Scheme } from './scheme.js'
import { isSameTarget } from './target-uri.js'

/** Per-request results shared by the guards of one authenticator, so that its token and its proof are verified once. */
interface RequestState<Claims> {
  readonly token: string
  /** The confirmed binding of the token. */
  readonly verification: MaybePromise<Verification<Claims>>
  sent: Sent
  /** The `auth` of the last decision. */
  identity: Identity<Claims> | undefined
}

/** What a token was confirmed for. */
interface Sent {
  readonly scheme: Scheme
  /** Only of schemes with a proof, which names both: middleware can change a request between two guards. */
  readonly method?: string
  readonly target?: string
}

const sentIn = (request: AuthRequest, scheme: Scheme): Sent =>
  scheme.confirmation === undefined ? { scheme } : { scheme, method: request.method, target: request.target }

const isSame = (sent: Sent, other: Sent): boolean =>
  sent.scheme === other.scheme &&
  sent.method === other.method &&
  isSameTarget(sent.target ?? '', other.target ?? '')

/** Per-request storage of guards. */
export interface RequestMemory<Claims> {
  state: RequestState<Claims> | undefined
  /** Set if a guard has renewed the session: the request's own cookies are then outdated. */
  renewed?: { readonly token: string | undefined }
}

/** What identifies a sender by a token. */
interface TokenSteps<Claims> {
  readonly policies: readonly VerifierPolicy<Claims>[]
  readonly confirm: Confirm
  readonly identities: IdentityReader<Claims>
}

/** The functions that identify a sender by a token. */
interface TokenSenders<Claims> {
  /** Identifies by a token that was sent with a request, or renewed for it. */
  identify(
    request: AuthRequest,
    credentials: Credentials,
    memory: RequestMemory<Claims> | undefined,
    facts: Facts,
    use?: TokenUse,
  ): MaybePromise<Identity<Claims>>
  ofToken(token: unknown): Identify<Claims>
}

/** Verifies a token by the one verifier that it is assigned to. */
type Verify<Claims> = (token: string, facts: Facts, use?: TokenUse) => MaybePromise<Verification<Claims>>

function createVerify<Claims>(policies: readonly VerifierPolicy<Claims>[]): Verify<Claims> {
  const [only, ...others] = policies
  const route: Route<Claims> = only === undefined || others.length > 0 ? createRoute(policies) : () => only
  return (token, facts, use) =>
    chain(route(token), (policy) => {
      facts.policy = policy
      const remembered = facts.isObserved ? policy.remembers?.(token) : undefined
      if (remembered !== undefined) facts.remembered = remembered
      return policy.check(token, use)
    })
}

/** Verifies a token, confirms its binding, and reads the identity, once for all guards of a request. */
function createTokenSenders<Claims>(steps: TokenSteps<Claims>): TokenSenders<Claims> {
  const { policies, identities } = steps
  const verify = createVerify(policies)

  const isRemembered = (token: string): boolean =>
    policies.some((policy) => policy.remembers?.(token) === true)

  const confirm = (
    request: AuthRequest | undefined,
    credentials: Pick<Credentials, 'scheme' | 'token'>,
    verification: Verification<Claims>,
    facts: Facts,
  ): MaybePromise<Verification<Claims>> => {
    const confirmed = steps.confirm(request, credentials, verification)
    if (isPromise(confirmed)) facts.hasWaited = true
    return chain(confirmed, () => verification)
  }

  /** Time, keys and application state can have changed since an earlier guard. */
  const identifyAgain = (
    known: RequestState<Claims>,
    request: AuthRequest,
    credentials: Credentials,
    facts: Facts,
    use?: TokenUse,
  ): MaybePromise<Identity<Claims>> => {
    const { token, scheme } = credentials
    const sent = sentIn(request, scheme)
    return chain(known.verification, (verification) =>
      chain(verification.recheck(verification, token, use), (still) =>
        chain(isSame(known.sent, sent) ? still : confirm(request, credentials, still, facts), () => {
          known.sent = sent
          if (known.identity?.verification !== still) known.identity = identities.read(still, token)
          return known.identity
        }),
      ),
    )
  }

  const identify = (
    request: AuthRequest,
    credentials: Credentials,
    memory: RequestMemory<Claims> | undefined,
    facts: Facts,
    use?: TokenUse,
  ): MaybePromise<Identity<Claims>> => {
    const { token, scheme } = credentials
    if (memory?.state?.token === token) return identifyAgain(memory.state, request, credentials, facts, use)
    const sent = sentIn(request, scheme)
    if (!isRemembered(token) && isMalformed(credentials))
      throw new SealbearerError('SB_CREDENTIALS_MALFORMED', malformedBy(credentials))
    const verification = chain(verify(token, facts, use), (found) =>
      confirm(request, credentials, found, facts),
    )
    const state: RequestState<Claims> = { token, verification, sent, identity: undefined }
    if (memory !== undefined) memory.state = state
    return chain(verification, (found) => {
      state.identity ??= identities.read(found, token)
      return state.identity
    })
  }

  return {
    identify,
    ofToken: (token) => (facts) => {
      facts.source = 'token'
      if (token === undefined || token === null || token === '') return undefined
      facts.scheme = bearerScheme
      if (typeof token !== 'string') throw new SealbearerError('SB_CREDENTIALS_MALFORMED')
      const confirmed = chain(verify(token, facts), (found) =>
        confirm(undefined, { scheme: bearerScheme, token }, found, facts),
      )
      return chain(confirmed, (found) => identities.read(found, token))
    },
  }
}

interface Steps<Claims> extends TokenSteps<Claims> {
  readonly cameSafely: (request: AuthRequest) => boolean
  readonly readCredentials: (request: AuthRequest) => CredentialsFound
  readonly whyMissing: (request: AuthRequest) => string | undefined
  readonly csrfHolds: (request: AuthRequest) => boolean
  readonly renewal: Renewal | undefined
}

/** The functions that identify a sender. */
export interface Senders<Claims> {
  ofRequest(request: AuthRequest, memory?: RequestMemory<Claims>): Identify<Claims>
  ofToken(token: unknown): Identify<Claims>
  ofIdentity(identity: Identity<Claims>): Identify<Claims>
}

/** A session can live on when its access token does not: all tokens of a user, or one of them, can be revoked alone. */
const renewable: readonly ErrorCode[] = ['SB_TOKEN_EXPIRED', 'SB_TOKEN_REVOKED']

/** Runs the steps of a request in order; the first that fails decides. */
export function createSenders<Claims>(steps: Steps<Claims>): Senders<Claims> {
  const { cameSafely, readCredentials, csrfHolds, renewal, identities } = steps
  const { identify, ofToken } = createTokenSenders(steps)

  const requireOwnPage = (request: AuthRequest): void => {
    if (!csrfHolds(request)) throw new SealbearerError('SB_CSRF', unprovenBy(request))
  }

  /** Identifies by a renewed token; `undefined` if the session has ended. */
  const identifyRenewed = (
    request: AuthRequest,
    token: string | undefined,
    memory: RequestMemory<Claims> | undefined,
    facts: Facts,
  ): MaybePromise<Identity<Claims> | undefined> => {
    if (token === undefined) return undefined
    facts.scheme = bearerScheme
    facts.source = 'cookie'
    // Of the later guards too, as the method can have been overridden meanwhile.
    requireOwnPage(request)
    // The client has not received this token yet.
    const credentials = { scheme: bearerScheme, token, source: 'cookie', place: 'renewal' } as const
    return identify(request, credentials, memory, facts, 'own')
  }

  const renew = async (
    { renew }: Renewal,
    request: AuthRequest,
    memory: RequestMemory<Claims> | undefined,
    facts: Facts,
  ): Promise<Identity<Claims> | undefined> => {
    facts.source = 'cookie'
    requireOwnPage(request)
    const { token, headers } = await renew(request)
    if (memory !== undefined) memory.renewed = { token }
    facts.headers = headers
    return identifyRenewed(request, token, memory, facts)
  }

  return {
    ofRequest: (request, memory) => (facts) => {
      if (request.isTruncated === true) throw new SealbearerError('SB_HEADERS_TRUNCATED')
      if (!cameSafely(request)) {
        warnOfPlainHttp()
        throw new SealbearerError('SB_HTTPS_REQUIRED', unsafeBy(request))
      }
      if (memory?.renewed !== undefined) {
        return identifyRenewed(request, memory.renewed.token, memory, facts)
      }
      const credentials = readCredentials(request)
      if (credentials === undefined) {
        facts.whyMissing = () => steps.whyMissing(request)
        return renewal?.isPossible(request) === true ? renew(renewal, request, memory, facts) : undefined
      }
      facts.scheme = credentials.scheme
      facts.source = credentials.source
      if ('code' in credentials) throw new SealbearerError(credentials.code, credentials.place)
      if (credentials.source === 'cookie') requireOwnPage(request)
      if (renewal === undefined || credentials.source !== 'cookie' || !renewal.isPossible(request)) {
        return identify(request, credentials, memory, facts)
      }
      return chainOrRecover<Identity<Claims>, Identity<Claims> | undefined>(
        () => identify(request, credentials, memory, facts),
        (identity) => identity,
        (error) => {
          if (!isSealbearerError(error) || !renewable.includes(error.code)) throw error
          return chain(renew(renewal, request, memory, facts), (identity) => {
            // The session has ended too: its tokens are revoked for the same reason.
            if (identity === undefined && error.code === 'SB_TOKEN_REVOKED') throw error
            return identity
          })
        },
      )
    },
    ofToken,
    ofIdentity: (identity) => (facts) => {
      facts.source = 'auth'
      const { verification, token } = identity
      return chain(verification.recheck(verification, token, 'own'), (still) =>
        still === verification ? identity : identities.read(still, token),
      )
    },
  }
}
