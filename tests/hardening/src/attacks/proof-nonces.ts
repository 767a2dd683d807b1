import { createHmac } from 'node:crypto'
import { createMemoryStore } from '#core/stores/memory-store.js'
import { audience, now, nowSeconds } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { type Family, family } from './attack.js'
import { accessToken, changed, guarded, proofOf, request } from './proof-requests.js'

const secret = bytes(32, 200)
const attackersSecret = bytes(32, 210)

/** A nonce as the server makes them, by hand. */
function nonceOf(seconds = 0, { key = secret, origin = audience, text = '' } = {}): string {
  const second = nowSeconds + seconds
  const mac = createHmac('sha256', key).update(`dpop nonce ${origin} ${second}`).digest('base64url')
  return `${text || second.toString(36)}.${mac}`
}

const digits = nowSeconds.toString(36)
const mac = nonceOf().slice(digits.length + 1)
const withNonce = (nonce: unknown) => changed({ claims: { nonce } })

/** What is no nonce of this server, or no longer. */
const nonces: readonly (readonly [what: string, nonce: unknown])[] = [
  ['absent', undefined],
  ['null', null],
  ['a number', nowSeconds],
  ['true', true],
  ['a list', [nonceOf()]],
  ['an object', { nonce: nonceOf() }],
  ['empty', ''],
  ['301 seconds old', nonceOf(-301)],
  ['6 seconds ahead', nonceOf(6)],
  ['of the year 1970', nonceOf(-nowSeconds)],
  ['under another secret', nonceOf(0, { key: attackersSecret })],
  ['under an empty secret', nonceOf(0, { key: new Uint8Array() })],
  ['for another origin', nonceOf(0, { origin: 'https://other.example.com' })],
  ['for no origin', nonceOf(0, { origin: '' })],
  ['of the time of another', `${(nowSeconds + 1).toString(36)}.${mac}`],
  ['an old one with a new time', `${digits}.${nonceOf(-301).split('.')[1]}`],
  ['the time in capitals', `${digits.toUpperCase()}.${mac}`],
  ['the time with a zero in front', `0${digits}.${mac}`],
  ['the time with a sign', `+${digits}.${mac}`],
  ['the time in decimal', `${nowSeconds}.${mac}`],
  ['the time alone', digits],
  ['the time without its MAC', `${digits}.`],
  ['the MAC alone', `.${mac}`],
  ['the MAC of zeros', `${digits}.${'A'.repeat(43)}`],
  ['the MAC less a letter', `${digits}.${mac.slice(1)}`],
  ['the MAC with padding', `${digits}.${mac}=`],
  ['the MAC with an unused bit', `${digits}.${mac.slice(0, -1)}${nextLetter(mac)}`],
  ['with a space behind', `${nonceOf()} `],
  ['with an end of line behind', `${nonceOf()}\n`],
  ['with a space in front', ` ${nonceOf()}`],
  ['two of them', `${nonceOf()},${nonceOf()}`],
  ['the access token', accessToken],
  ['64 KB', 'x'.repeat(10_000)],
]

function nextLetter(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters.charAt(letters.indexOf(text.slice(-1)) + 1)
}

export const proofNonces: Family = family(
  'proofs: nonces that this server did not hand out',
  {
    source: 'RFC 9449 §9',
    policy: guarded({ nonce: { secret } }),
    code: 'SB_PROOF_NONCE',
    twin: withNonce(nonceOf(-300)),
  },
  [
    ...nonces.map(([what, nonce]) => ({ what, token: withNonce(nonce), twin: withNonce(nonceOf()) })),
    { what: 'an old one', token: withNonce(nonceOf(-301)) },
    { what: 'one ahead', token: withNonce(nonceOf(6)), twin: withNonce(nonceOf(5)) },
    {
      what: 'in the header instead of the claims',
      token: changed({ header: { nonce: nonceOf() } }),
      twin: changed({ header: { nonce: 'x' }, claims: { nonce: nonceOf() } }),
    },
    {
      what: 'in a header of the request',
      token: () => request(proofOf(), { more: ['DPoP-Nonce', nonceOf()] }),
      twin: () =>
        request(proofOf(accessToken, { claims: { nonce: nonceOf() } }), { more: ['DPoP-Nonce', 'x'] }),
    },
    {
      what: 'under a secret that has been removed',
      policy: guarded({ nonce: { secret: attackersSecret }, replay: createMemoryStore({ now }) }),
      token: withNonce(nonceOf()),
      twinPolicy: guarded({ nonce: { secret: [attackersSecret, secret] } }),
      twin: withNonce(nonceOf()),
    },
    {
      what: 'a good one in a proof that was made for another method',
      code: 'SB_PROOF_INVALID',
      token: changed({ claims: { nonce: nonceOf(), htm: 'POST' } }),
      twin: withNonce(nonceOf()),
    },
    {
      what: 'a good one in a proof that is used again',
      code: 'SB_PROOF_REPLAYED',
      policy: guarded({ nonce: { secret }, replay: { claim: async () => false } }),
      token: withNonce(nonceOf()),
      twinPolicy: guarded({ nonce: { secret } }),
      twin: withNonce(nonceOf()),
    },
  ],
)
