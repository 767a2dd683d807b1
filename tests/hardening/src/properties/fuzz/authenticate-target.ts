import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { errorTable } from '#core/error-table.js'
import {
  type Authenticator,
  type AuthRequest,
  bearer,
  cookie,
  createAuthenticator,
  createVerifier,
  importKey,
} from '#core/index.js'
import { handSign } from '#core-test-kit/hand-made.js'
import { audience, goodClaims, issuer, now } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import type { Target } from './target.js'

const signing = bytes(32, 1)
/** One letter in an input stands for it. */
const token = handSign({ alg: 'HS256', typ: 'at+jwt' }, goodClaims, signing)

async function prepare(): Promise<Authenticator> {
  const keys = await importKey(signing, { alg: 'HS256' })
  const policy = { audience, typ: 'at+jwt', now, signature: { algorithms: ['HS256'], keys } } as const
  return createAuthenticator({
    verifier: [
      createVerifier({ ...policy, issuer }),
      createVerifier({ ...policy, issuer: 'https://b.example' }),
    ],
    credentials: [bearer(), cookie('__Host-access')],
    realm: 'orders',
    csrf: { origins: ['https://app.example'] },
  })
}

const prepared = prepare()

/** The first line is the method, the target and what is known of the connection; headers follow. */
function requestOf(input: string): AuthRequest {
  const [first = '', ...lines] = input.split('\n')
  const [method = '', target = '', secure, remoteAddress] = first.split(' ')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return { name: line.slice(0, colon), value: line.slice(colon + 1).replaceAll('$', token) }
  })
  return {
    method,
    target,
    secure: secure === 'tls',
    remoteAddress,
    header: (asked) => headers.filter(({ name }) => name === asked).map(({ value }) => value),
  }
}

const printable = /^[\x20-\x7e]*$/

/** An authenticator lets in who sends the good token safely, and answers all others from the table. */
export const authenticateTarget: Target = async (input) => {
  const request = requestOf(input)
  const outcome = await (await prepared).authenticate(request, { optional: true })
  if (outcome.ok) {
    if (outcome.auth === undefined) return 'nobody'
    equal(outcome.auth.issuer, issuer)
    ok(request.secure || /^(?:::ffff:)?127\.|^::1$/i.test(request.remoteAddress ?? ''))
    ok([...request.header('authorization'), ...request.header('cookie')].join('\n').includes(token))
    ok(request.header('authorization').length < 2)
    return 'let in'
  }
  const { status, error, headers, body } = outcome
  ok(Object.hasOwn(errorTable, error.code))
  equal(status, errorTable[error.code].status)
  ok([400, 401, 403].includes(status))
  match(String(headers['WWW-Authenticate']), /^Bearer realm="orders"/)
  for (const text of [...Object.values(headers).flat(), JSON.stringify(body), error.message])
    match(text, printable)
  deepEqual(
    Object.keys(body).filter((name) => name !== 'error' && name !== 'error_description'),
    [],
  )
  return error.code
}
