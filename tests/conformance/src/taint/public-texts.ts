import { answers } from '../answers.js'
import { audience, host, issuer, page, partner } from '../parties.js'
import { requirements } from '../requirements.js'
import { conformanceMethods, conformanceRoutes } from '../routes.js'

/** What requests and tokens name too, and anyone may know: pieces of these are no leak wherever they are. */
export const publicTexts: readonly string[] = [
  audience,
  host,
  issuer,
  page,
  partner,
  ...conformanceRoutes().map(({ path }) => path),
  ...conformanceMethods,
  // Challenges name the scope that is needed.
  ...Object.values(requirements).flatMap((requirement) => [
    [requirement?.scope ?? []].flat().join(' '),
    [requirement?.anyScope ?? []].flat().join(' '),
  ]),
  ...Object.values(answers).flatMap(({ challenge, body }) => [challenge ?? '', body]),
]
