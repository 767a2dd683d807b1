import { isJsonObject, type JsonObject, ownMember, parseJsonObject } from '../compact/json.js'
import { checkMembers, durationOption, withDefault } from '../options.js'
import type { FetchLimits } from '../remote-keys/fetch-json.js'
import type { Clock, Duration } from '../time.js'
import type { VerifierSignaturePolicy } from './issuer-keys.js'
import { createVerifier } from './verifier.js'
import type { AudienceOption, NestedDecryptionPolicy } from './verifier-options.js'

/** How the issuer signs introspection responses, and encrypts them if wanted (RFC 9701). */
export interface SignedResponseOptions {
  /** The algorithms and public keys with which the issuer signs responses. */
  readonly signature: VerifierSignaturePolicy
  /** The keys that decrypt responses; responses that are not encrypted are then rejected. @default not encrypted */
  readonly encryption?: NestedDecryptionPolicy | undefined
  /** How long a response is accepted after its `iat`. @default '60s' */
  readonly maxAge?: Duration | undefined
  /** Maximum clock difference. @default '5s' */
  readonly clockTolerance?: Duration | undefined
}

/** Requests one kind of response, and reads it. */
interface ResponseReader {
  readonly mediaType: NonNullable<FetchLimits['mediaType']>
  /** Rejects, or resolves to `undefined`, for a text that is not such a response. */
  read(text: string): Promise<JsonObject | undefined>
}

/** The issuer of accepted responses, and their audience. */
interface ResponseParties {
  readonly issuer: string | undefined
  readonly audience: AudienceOption | 'any'
  readonly clientId: string
  readonly now: Clock | undefined
  readonly maxBytes: number
}

const plain: ResponseReader = { mediaType: 'json', read: async (text) => parseJsonObject(text) }

/** The resource server, by the name of the resource or by that of the client (RFC 9701 §5). */
function audienceOf({ audience, clientId }: ResponseParties): readonly string[] | 'any' {
  if (audience === 'any') return 'any'
  const names = typeof audience === 'object' && 'only' in audience ? audience.only : audience
  return [names, clientId].flat()
}

/**
 * Reads the option `signedResponse`; without it, responses are plain JSON.
 *
 * @throws {TypeError}
 * @see {@link https://www.rfc-editor.org/rfc/rfc9701#section-5 RFC 9701 §5}
 */
export function responseReader(
  options: SignedResponseOptions | undefined,
  parties: ResponseParties,
): ResponseReader {
  if (options === undefined) return plain
  checkMembers('signedResponse', options, ['signature', 'encryption', 'maxAge', 'clockTolerance'])
  const { signature, encryption } = options
  const { issuer, now, maxBytes } = parties
  if (issuer === undefined)
    throw new TypeError('issuer: required with signedResponse: the iss of its responses')
  if (signature === undefined) {
    throw new TypeError('signedResponse.signature: required: the algorithms and keys of the issuer')
  }
  const policy = {
    issuer,
    audience: audienceOf(parties),
    typ: 'token-introspection+jwt',
    // Responses have no exp (RFC 9701 §5); their age is limited by iat, which is required.
    exp: 'optional' as const,
    maxTokenAge: durationOption('signedResponse.maxAge', withDefault(options.maxAge, 60)),
    clockTolerance: durationOption('signedResponse.clockTolerance', withDefault(options.clockTolerance, 5)),
    maxTokenSize: maxBytes,
    cache: false as const,
    ...(now !== undefined && { now }),
  }
  const verifier =
    encryption === undefined
      ? createVerifier({ ...policy, signature })
      : createVerifier({ ...policy, signature, encryption })
  return {
    mediaType: 'application/token-introspection+jwt',
    async read(text) {
      const { claims } = await verifier.verify(text.trim())
      const response = ownMember(claims as JsonObject, 'token_introspection')
      return isJsonObject(response) ? response : undefined
    },
  }
}
