import { answers } from '../answers.js'
import { nonces, proofAlgorithms } from '../dpop-answers.js'
import { audience, host, issuer, page, partner } from '../parties.js'
import { cookieName, otherCookieName } from '../policies.js'
import { requirements } from '../requirements.js'
import { conformanceMethods, conformanceRoutes } from '../routes.js'

/** What requests and tokens name too, and anyone may know: pieces of these are no leak wherever they are. */
export const publicTexts: readonly string[] = [
  audience,
  host,
  issuer,
  page,
  partner,
  nonces.fresh,
  // Names of claims and cookies, which an error says to operators.
  'x5t#S256',
  'auth_time',
  cookieName,
  otherCookieName,
  // Challenges name the metadata of an MCP server.
  `${audience}/.well-known/oauth-protected-resource`,
  // The host that a request names, which Fastify logs.
  'https://evil.example/dpop/none',
  ...proofAlgorithms,
  ...conformanceRoutes().map(({ path }) => path),
  ...conformanceMethods,
  // Challenges name the scope that is needed.
  ...Object.values(requirements).flatMap((requirement) => [
    [requirement?.scope ?? []].flat().join(' '),
    [requirement?.anyScope ?? []].flat().join(' '),
    [requirement?.acr ?? []].flat().join(' '),
  ]),
  ...Object.values(answers).flatMap(({ challenge, body }) => [challenge ?? '', body]),
]
