/**
 * What to do about each code, for the page "Error codes".
 *
 * @type {Readonly<Record<import('@sealbearer/core').ErrorCode, string>>}
 */
export const errorAdvice = {
  SB_CREDENTIALS_MISSING:
    'Nothing, if the client has yet to log in. Otherwise look whether a proxy strips the header, whether the scheme is `Bearer` (`Token` or `JWT` count as no credentials), and [where tokens are read](guides/verify-provider-tokens.md#tokens-in-other-places). Preflights of browsers have no token: [put CORS middleware before the guard](guides/development-docker-proxies.md#pages-of-other-origins).',
  SB_CREDENTIALS_MALFORMED:
    'Send `Authorization: Bearer TOKEN`: the scheme, one space, one token without quotes.',
  SB_CREDENTIALS_REPEATED:
    'Send the token in one place, once. A browser that has two cookies of one name needs the old one [cleared](guides/cookies-and-csrf.md), with the `path` and `domain` it was set with.',
  SB_HTTPS_REQUIRED:
    'Use HTTPS. Behind a proxy, tell the framework [to trust it](guides/development-docker-proxies.md#behind-a-proxy); in Docker or behind a development proxy, set `requireHttps: false` for development.',
  SB_HEADERS_TRUNCATED:
    'Find out who sends so many headers. Node.js drops headers after the first 2,000; `server.maxHeadersCount` is that limit.',
  SB_CSRF:
    'Send the request from a page of your own. If that page has another origin, add it to [`csrf.origins`](guides/cookies-and-csrf.md#csrf). Clients that are not browsers use the `Authorization` header.',
  SB_TOKEN_TOO_LARGE:
    'Put fewer claims into the token, or raise `maxTokenSize` of the verifier. Node.js has a limit of its own, 16 KiB for all headers.',
  SB_TOKEN_MALFORMED:
    'Look at the parameter: it names white space, quotes or `Bearer` around a token that was pasted, the number of segments of one that was cut off, or what was sent in its place. With `no dot in it` the token is opaque: ask the provider for a JWT (often by naming the API as `audience`), or use [introspection](guides/step-up-and-metadata.md).',
  SB_FORM_MISMATCH:
    'Compare the token with the policy: `signature`, `encryption`, or both. `sealbearer inspect` draws what the token is.',
  SB_HEADER_INVALID:
    'The parameter names the header parameter at fault. Whoever made the token has to correct it.',
  SB_CRIT_UNSUPPORTED:
    'The token asks for an extension that sealbearer does not know, so it may not be accepted. Have the issuer leave `crit` out.',
  SB_ALG_NOT_ALLOWED:
    'Look at `alg` with `sealbearer inspect`. If the issuer really signs with it, add it to `algorithms` or `keyManagement`. A token with `none`, or with an HMAC where a public key is expected, is an attack.',
  SB_ENC_NOT_ALLOWED: 'If the issuer really encrypts with this `enc`, add it to `contentEncryption`.',
  SB_KEY_NOT_FOUND:
    'Look at the parameter. Usually the token is of another issuer or environment, or its `kid` is not published: [each one is explained](guides/see-why-a-request-was-refused.md#why-no-key-was-found).',
  SB_INTEGRITY_FAILED:
    'Verify with the key that the issuer signed with: the same environment, the right secret and its `encoding`. If they are right, the token was changed.',
  SB_NESTED_CTY: 'With issuers that write another `cty`, set `cty` in the verifier’s `encryption`.',
  SB_NESTED_CLAIM: 'Give both sides the same `nesting: { claim }`.',
  SB_HEADER_CLAIM_MISMATCH:
    'The issuer repeats a claim in the header with another value (RFC 7519 §5.3). Whoever made the token has to correct it.',
  SB_TYP_MISMATCH:
    'Often an ID token was sent in place of an access token. Otherwise write the `typ` of [your provider](guides/verify-provider-tokens.md#providers); `null` means that there is none.',
  SB_CLAIMS_INVALID:
    'The parameter names the claim. `exp` after the year 9999 is in milliseconds: NumericDates are seconds.',
  SB_CLAIM_MISSING:
    'The parameter names the claim. Have the issuer add it, or leave the check out [by name](guides/verify-provider-tokens.md#tokens-without-iss-aud-or-exp).',
  SB_ISSUER_MISMATCH:
    'Compare `issuer` with the `iss` of the token, to the last character: a slash at the end counts. In Docker, the provider often has [two names](guides/development-docker-proxies.md#reaching-the-provider).',
  SB_AUDIENCE_MISMATCH:
    'Compare `audience` with the `aud` of the token. The client has to ask the provider for a token for this API.',
  SB_TOKEN_EXPIRED:
    'The client gets a new token, with its [refresh token](guides/sessions.md) or by logging in. If fresh tokens expire, compare the clocks.',
  SB_TOKEN_NOT_YET_VALID:
    'Compare the clocks. With the parameter `iat`, the issuer’s clock is ahead of yours: `clockTolerance: "5s"` is a usual choice.',
  SB_TOKEN_TOO_OLD: 'The token is older than `maxTokenAge`. The client gets a new one.',
  SB_CLAIMS_REJECTED:
    'The parameter is the path of the claim that your `claimsSchema` refuses. Compare the schema with the token.',
  SB_SCOPE_INSUFFICIENT:
    'The challenge names the scopes. The client asks the provider for them. If the token has them in another claim, say where with the option `scopes`.',
  SB_ROLE_INSUFFICIENT:
    'Give the user the role. If the token has roles in another claim, say where with the option `roles`.',
  SB_REQUIREMENT_REFUSED: 'Your own function `where` returned `false`.',
  SB_ISSUER_INSUFFICIENT: 'The route is for tokens of the `issuer` that its requirement names.',
  SB_AUTHENTICATION_INSUFFICIENT:
    'The client sends the user to the provider again, with `acr_values` and `max_age` of [the challenge](guides/step-up-and-metadata.md).',
  SB_ACTOR_INSUFFICIENT:
    'The route is for [tokens with an actor](guides/step-up-and-metadata.md): compare `act` with the requirement’s `actor`.',
  SB_CONFIRMATION_REQUIRED:
    'The token is bound to its client. Add [`dpop()`](guides/dpop.md#dpop) to `credentials`, or `clientCertificate`; the client sends the scheme `DPoP`.',
  SB_CONFIRMATION_MISMATCH:
    'The client proves another key or certificate than the one it got the token with. If it has not changed its key, the token was stolen.',
  SB_PROOF_MISSING: 'The client sends the header `DPoP` beside `Authorization: DPoP TOKEN`.',
  SB_PROOF_REPEATED: 'The client sends one header `DPoP`; look for a proxy that adds another.',
  SB_PROOF_INVALID:
    'The parameter names the member: with `htu`, compare `origin` with the address that clients use; with `iat`, compare the clocks.',
  SB_PROOF_REPLAYED: 'The client makes a new proof for each request, also when it tries again.',
  SB_PROOF_NONCE:
    'Nothing: clients send the request again, with the nonce of the header `DPoP-Nonce`. Pages of other origins read it only with `Access-Control-Expose-Headers`.',
  SB_KEYS_UNAVAILABLE:
    'Look at [the parameter](guides/see-why-a-request-was-refused.md#why-keys-are-unavailable), and at `onEvent` and `status()` of the keys: the runtime’s own reason is there. Clients try again after `Retry-After`.',
  SB_DISCOVERY_FAILED:
    'The parameter has the reason. With `issuer`, the metadata names another issuer than the one you asked for: write that text. In Docker, see [Reaching the provider](guides/development-docker-proxies.md#reaching-the-provider).',
  SB_TOKEN_INACTIVE: 'The provider has revoked the token, or it has expired. The client gets a new one.',
  SB_INTROSPECTION_FAILED:
    'Look at the parameter, and whether the endpoint accepts `clientAuthentication` of this server.',
  SB_TOKEN_REVOKED: 'The user has logged out, or the token was revoked. The client logs in again.',
  SB_REFRESH_REFUSED:
    'The client logs in again. The cause is in [the event](guides/sessions.md#errors); a refresh token that is used twice may be stolen.',
  SB_CLAIMS_UNAVAILABLE:
    'Your function `claims` threw, or took too long. Nothing was changed; the client tries again with the same token.',
  SB_STORE_UNAVAILABLE:
    'Look at Redis or PostgreSQL, and at the parameter. The client tries again with the same token.',
  SB_STORE_VERSION: 'Processes of two versions share the store. Upgrade the older ones.',
  SB_CLAIM_RESERVED:
    'Leave `iss`, `aud`, `iat`, `exp` and `jti` out of the claims: the options of the issuer set them. The parameter names the claim.',
  SB_CLAIM_FORBIDDEN:
    'Leave the claim out; the parameter names it. `forbiddenClaims` changes [the list](guides/issue-tokens.md#claims-that-must-not-leak).',
  SB_CLAIM_CONFIDENTIAL:
    'Leave the claim out, or [encrypt the token](guides/encrypted-and-nested-tokens.md).',
  SB_LIFETIME_INVALID: 'Ask for a shorter lifetime, or raise `maxLifetime` of the issuer.',
  SB_RING_UNREADABLE:
    'Compare the passphrase or the sealing key with the one that the ring was made with. If they are right, put a backup of the file back.',
  SB_RING_REPLACED:
    'Put the latest ring back; see [When the store fails](guides/keys-and-rotation.md#when-the-store-fails).',
  SB_RING_MISSING:
    'Look whether the volume is mounted or the database is the right one, and put the ring back; see [When the store fails](guides/keys-and-rotation.md#when-the-store-fails).',
  SB_RING_ACCESS: 'Run the command as the owner of the file.',
  SB_RING_BUSY: 'Try again. If it goes on, look for a process that holds the lock, or at the store.',
  SB_ISSUED_TOO_LARGE:
    'Put fewer claims into the token, or raise `maxTokenSize` of `createIssuer` and of the verifiers together.',
  SB_COOKIE_TOO_LARGE:
    'Put fewer claims into the token. The cookies of [sessions](guides/sessions.md) are divided by themselves.',
}
