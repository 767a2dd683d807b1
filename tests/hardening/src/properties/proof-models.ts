import fc from 'fast-check'
import { audience, goodClaims, nowSeconds } from '#core-test-kit/parties.js'
import { clientJwk, hash, proofClaims, proofHeader, thumbprint } from '../attacks/proof-requests.js'
import { type SigningAlg, signedWith } from '../attacks/tokens.js'

/** Those of proofs. */
export const algorithms: readonly SigningAlg[] = ['ES256', 'ES384', 'ES512', 'EdDSA', 'RS256', 'PS256']

/** Who accepts a proof with a member: both, neither, or one alone. */
export type Who = 'both' | 'neither' | 'us' | 'them'
type Row = readonly [value: unknown, who: Who]

/** Values of header parameters. They look at fewer. */
const headerRows: Readonly<Record<string, readonly Row[]>> = {
  typ: [
    ['dpop+jwt', 'both'],
    ['application/dpop+jwt', 'both'],
    ['DPoP+JWT', 'both'],
    ...['JWT', 'at+jwt', '', 1, null, undefined].map((typ): Row => [typ, 'neither']),
  ],
  alg: ['none', 'HS256', 'RS512', 'ECDH-ES', 1, undefined].map((alg): Row => [alg, 'neither']),
  jwk: [undefined, null, [], 'x', {}, { kty: 'oct', k: 'AAAA' }].map((jwk): Row => [jwk, 'neither']),
  kid: [
    ['x', 'both'],
    [1, 'them'],
  ],
  jku: [['https://evil.example', 'both']],
  crit: [[['exp'], 'neither']],
  b64: [[false, 'them']],
  zip: [['DEF', 'them']],
}

/** Members of the key. They leave out `use` and `key_ops`, and read no member that the type does not have. */
const keyRows: Readonly<Record<string, readonly Row[]>> = {
  kid: [['x', 'both']],
  ext: [[true, 'both']],
  use: [
    ['sig', 'both'],
    ['enc', 'them'],
  ],
  key_ops: [
    [['verify'], 'both'],
    [['sign'], 'them'],
  ],
  d: [['AAAA', 'neither']],
  k: [['AAAA', 'them']],
}

/** Addresses of the request, and who takes them for its own. */
const targetRows: readonly Row[] = [
  [`${audience}/orders`, 'both'],
  [`${audience}/orders?page=2`, 'both'],
  [`${audience}/orders#top`, 'both'],
  ['HTTPS://API.EXAMPLE.COM:443/orders', 'both'],
  [`${audience}/x/../orders`, 'both'],
  // RFC 3986 §6.2.2.2.
  [`${audience}/%6Frders`, 'us'],
  // The URL standard's mercy.
  [` ${audience}/orders`, 'them'],
  [`${audience}\\orders`, 'them'],
  [`${audience}/ord\ners`, 'them'],
  ['https:/api.example.com/orders', 'them'],
  ...[
    `${audience}/orders/`,
    `${audience}/Orders`,
    `${audience}//orders`,
    `${audience}:8443/orders`,
    'http://api.example.com/orders',
    'https://user@api.example.com/orders',
    'https://api.example.com./orders',
    '/orders',
    '',
    1,
    undefined,
  ].map((htu): Row => [htu, 'neither']),
]

const seconds = (...offsets: readonly number[]) => offsets.map((offset) => nowSeconds + offset)
const rowsOf = (values: readonly unknown[], who: Who): readonly Row[] => values.map((value) => [value, who])

const claimRows: Readonly<Record<string, readonly Row[]>> = {
  jti: [...rowsOf(['', 'j'.repeat(257)], 'them'), ...rowsOf([1, null, undefined], 'neither')],
  htm: rowsOf(['POST', 'get', '', 1, undefined], 'neither'),
  htu: targetRows,
  iat: [
    ...rowsOf([...seconds(-300, 0, 300), nowSeconds - 0.5], 'both'),
    ...rowsOf([...seconds(-301, 301), nowSeconds * 1000, 0, String(nowSeconds), null, undefined], 'neither'),
  ],
  ath: rowsOf(['', hash('x'), 1, undefined], 'neither'),
  exp: [...rowsOf(seconds(-299, 1), 'both'), ...rowsOf([...seconds(-300), 'x', null], 'neither')],
  nbf: [...rowsOf(seconds(-1, 300), 'both'), ...rowsOf([...seconds(301), 'x', null], 'neither')],
  // RFC 9449 gives these no meaning.
  iss: [
    ['x', 'both'],
    [1, 'us'],
  ],
  aud: [...rowsOf(['x', ['x']], 'both'), [1, 'us']],
  nonce: rowsOf(['x', 1], 'both'),
  sub: rowsOf(['x', 1, null], 'both'),
}

export interface Change {
  readonly part: 'header' | 'key' | 'claim'
  readonly name: string
  readonly value: unknown
  readonly who: Who
}

const changesOf = (part: Change['part'], rows: Readonly<Record<string, readonly Row[]>>): readonly Change[] =>
  Object.entries(rows).flatMap(([name, values]) => values.map(([value, who]) => ({ part, name, value, who })))
const change = (changes: readonly Change[]): fc.Arbitrary<Change> => fc.constantFrom(...changes)
/** Every change that there is. */
export const every: readonly Change[] = [
  ...changesOf('header', headerRows),
  ...changesOf('key', keyRows),
  ...changesOf('claim', claimRows),
]
const harmless = every.filter(({ who }) => who === 'both')

/** Mostly changes of no consequence, and at most one that has one; no two of a member. */
export const changes: fc.Arbitrary<readonly Change[]> = fc
  .tuple(fc.array(change(harmless), { maxLength: 3 }), fc.option(change(every)))
  .map(([list, one]) => {
    const all = one === null ? list : [one, ...list]
    const names = all.map(({ part, name }) => `${part} ${name}`)
    return all.filter((_, i) => names.indexOf(names[i] ?? '') === i)
  })

const members = (list: readonly Change[], wanted: Change['part']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(list.filter(({ part }) => part === wanted).map(({ name, value }) => [name, value]))

/** A token as RFC 9068 §2.2 has it. */
const tokenFor = (jwk: Readonly<Record<string, unknown>>): string =>
  signedWith('ES256', { ...goodClaims, jti: 'a', client_id: 'b', cnf: { jkt: thumbprint(jwk) } })

const tokens = new Map<SigningAlg, string>(algorithms.map((alg) => [alg, tokenFor(clientJwk(alg))]))

/** A token that is bound to the client's key for an algorithm. */
export const boundToken = (alg: SigningAlg): string => tokens.get(alg) ?? ''

/** A proof by that key with some members changed, signed whatever is in it. */
export function proofFor(alg: SigningAlg, token: string, list: readonly Change[] = []): string {
  const jwk = { ...clientJwk(alg), ...members(list, 'key') }
  return signedWith(
    alg,
    { ...proofClaims(token), ...members(list, 'claim') },
    { ...proofHeader(alg), jwk, ...members(list, 'header') },
  )
}

/** Two algorithms of RSA have one. */
export const sameKey = (one: SigningAlg, other: SigningAlg): boolean =>
  thumbprint(clientJwk(one)) === thumbprint(clientJwk(other))

/** Whether we, or they, accept what has the change. */
export const accepts = (who: Who, side: 'us' | 'them'): boolean => who === 'both' || who === side
