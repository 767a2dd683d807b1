import { type Finding, risky, wrong } from './finding.js'
import type { InspectedToken, Members } from './inspected-token.js'

/** Header parameters that hold or point to a key. */
const keyBearing: Readonly<Record<string, string>> = {
  jwk: 'the token holds the key to check it with',
  x5c: 'the token holds the certificate to check it with',
  jku: 'the token says where to fetch the key to check it with',
  x5u: 'the token says where to fetch the certificate to check it with',
}

const symmetric = /^(dir|A(128|192|256)(GCM)?KW)$/
/** Characters that a key ID needs to be harmful as a path, in a query or in a command. */
const pathOrQuery = /\.\.|[/\\'"`;|$<>\0]/

const isText = (value: unknown): value is string => typeof value === 'string'

const has = (header: Members, name: string): boolean => header[name] !== undefined

/** A proof of RFC 9449 carries the client's public key by design. */
const isProof = ({ typ }: Members): boolean => isText(typ) && /^(application\/)?dpop\+jwt$/i.test(typ)

/** A finding, and the headers that it applies to. */
interface Rule {
  readonly applies: (header: Members, form: InspectedToken['form']) => boolean
  readonly finding: Finding
}

const rules: readonly Rule[] = [
  {
    applies: ({ alg }) => !isText(alg),
    finding: wrong('alg', 'there is no algorithm'),
  },
  {
    applies: ({ alg }) => isText(alg) && /^none$/i.test(alg),
    finding: wrong(
      'alg',
      '"none" means nobody signed it: anyone can have written it',
      'writes any user and any permission into the token, and a verifier that accepts "none" believes it',
    ),
  },
  {
    applies: ({ alg }) => alg === 'RSA1_5',
    finding: wrong(
      'alg',
      'RSA1_5 leaks keys to patient attackers; use RSA-OAEP-256',
      'sends altered copies and learns the content from how the server fails (Bleichenbacher)',
    ),
  },
  {
    applies: ({ alg }) => isText(alg) && alg.startsWith('PBES2'),
    finding: wrong(
      'alg',
      'the token itself sets how costly opening it is',
      'sends tokens that keep the server computing for minutes, or guesses the passphrase offline',
    ),
  },
  ...Object.entries(keyBearing).map(
    ([name, text]): Rule => ({
      applies: (header) => has(header, name) && !(name === 'jwk' && isProof(header)),
      finding: risky(
        name,
        text,
        'signs with a key of their own and names it here; a verifier that follows it accepts anything',
      ),
    }),
  ),
  {
    applies: (header) => has(header, 'crit'),
    finding: wrong('crit', 'it names extensions that must be understood; sealbearer understands none'),
  },
  {
    applies: (header) => has(header, 'zip'),
    finding: wrong(
      'zip',
      'compressed: a small token can become a huge one, and its length can betray its content',
      'sends a few kilobytes that become gigabytes in the memory of the server',
    ),
  },
  {
    applies: (header) => has(header, 'b64'),
    finding: wrong('b64', 'an unencoded payload, which sealbearer does not read'),
  },
  {
    applies: (header) => header['kid'] === undefined && !isProof(header),
    finding: risky('kid', 'no key ID: when keys rotate, a verifier has to guess'),
  },
  {
    applies: ({ kid }) => isText(kid) && pathOrQuery.test(kid),
    finding: risky(
      'kid',
      'the key ID contains characters of paths or queries',
      'makes a server that looks keys up in files or a database read something else (RFC 8725 §3.10)',
    ),
  },
  {
    applies: (header, form) => form === 'signed' && !has(header, 'typ'),
    finding: risky(
      'typ',
      'no type: it can be passed off as another kind of token (RFC 8725 §3.11)',
      'uses an ID token, for example, where an access token is expected',
    ),
  },
]

const noHeader = wrong(
  'header',
  'the protected header is no valid JSON object, has a duplicate member, or is nested too deeply',
)

/** What is wrong with the protected header of a token. */
export const headerFindings = ({ protectedHeader: header, form }: InspectedToken): readonly Finding[] =>
  header === undefined
    ? [noHeader]
    : rules.filter(({ applies }) => applies(header, form)).map(({ finding }) => finding)

/** What is wrong with the header of an encrypted token. `inside` is known once it has been decrypted. */
export function encryptionFindings(
  { protectedHeader: header = {} }: InspectedToken,
  inside: 'unknown' | 'signed token' | 'something else',
): readonly (Finding | false)[] {
  const { alg, cty } = header
  const isNested = isText(cty) && /^(application\/)?jwt$/i.test(cty)
  const isPublic = isText(alg) && !symmetric.test(alg)
  const forgery = 'encrypts claims of their own to the public key; nothing shows that the issuer did not'
  return [
    inside === 'signed token' &&
      !isNested &&
      wrong('cty', 'a signed token is inside, and the header does not say so (RFC 7519 §5.2)'),
    inside === 'unknown' &&
      !isNested &&
      isPublic &&
      risky(
        'cty',
        'nothing says that a signed token is inside, and anyone who has the public key can have encrypted it',
        forgery,
      ),
    inside === 'something else' &&
      isPublic &&
      wrong(
        'content',
        'nobody signed what is inside, and anyone who has the public key can encrypt',
        forgery,
      ),
  ]
}
