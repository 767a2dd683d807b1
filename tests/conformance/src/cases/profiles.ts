import type { ConformanceCase, HeaderList, RequestShape } from '../conformance-case.js'
import { challenging } from '../dpop-answers.js'
import { bare, bearerOf, type TokenRecipe } from '../request-headers.js'
import { acceptedTokens, refusedTokens, type TokenRow } from '../token-rows.js'
import type { Change } from '../tokens/claims.js'

/** An access token as RFC 9068 §2.2 has it. */
const accessToken =
  (claims: Change = {}, header: Change = {}): TokenRecipe =>
  (tokens) =>
    tokens.signed({ claims: { client_id: 'web-shop', jti: 'token-48151623', ...claims }, header })

const row = (title: string, code: TokenRow[1], bad: TokenRecipe): TokenRow => [
  title,
  code,
  bad,
  accessToken(),
]

const withProof =
  (claims: Change = {}): RequestShape['headers'] =>
  async (tokens): Promise<HeaderList> => {
    const token = await tokens.bound()
    return [
      ['Authorization', `DPoP ${token}`],
      ['DPoP', await tokens.proof(token, { path: '/fapi/none', claims })],
    ]
  }

const onlyDpop = { schemes: ['DPoP'] } as const

/** Verifiers and authenticators with a profile. */
export const profileCases: readonly ConformanceCase[] = [
  ...acceptedTokens('accessTokens', [
    ['an access token', accessToken()],
    ['its typ as a whole media type', accessToken({}, { typ: 'application/at+jwt' })],
  ]),
  ...refusedTokens('accessTokens', [
    ...['sub', 'client_id', 'iat', 'jti', 'aud', 'exp', 'iss'].map((name) =>
      row(`no ${name}`, 'SB_CLAIM_MISSING', accessToken({ [name]: undefined })),
    ),
    ...['sub', 'jti'].map((name) => row(`an empty ${name}`, 'SB_CLAIM_MISSING', accessToken({ [name]: '' }))),
    row('another typ', 'SB_TYP_MISMATCH', accessToken({}, { typ: 'JWT' })),
    row('no typ', 'SB_TYP_MISMATCH', accessToken({}, { typ: undefined })),
  ]),
  { title: 'fapi: a bound token and its proof', policy: 'fapi', headers: withProof(), grant: {} },
  {
    title: 'fapi: a token that is bound to nothing',
    policy: 'fapi',
    headers: bearerOf(),
    answer: challenging(401, onlyDpop),
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: withProof() },
  },
  {
    title: 'fapi: a proof for another method',
    policy: 'fapi',
    headers: withProof({ htm: 'POST' }),
    answer: challenging(401, { ...onlyDpop, error: 'invalid_dpop_proof' }),
    code: 'SB_PROOF_INVALID',
    twin: { headers: withProof() },
  },
  {
    title: 'fapi: no credentials',
    policy: 'fapi',
    headers: bare(),
    answer: challenging(401, onlyDpop),
    code: 'SB_CREDENTIALS_MISSING',
    twin: { headers: withProof() },
  },
]
