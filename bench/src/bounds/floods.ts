import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import {
  cookie,
  createAuthenticator,
  createRemoteKeySet,
  createTenantVerifier,
  createVerifier,
  importKey,
} from '@sealbearer/core'
import { nodeAuthRequest } from '@sealbearer/core/adapter'
import { listen } from '../http/listen.js'
import { secondsNow } from '../material/claims.js'
import { encryptionKey } from '../material/encryption-key.js'
import { parties } from '../material/parties.js'
import { sealedText } from '../material/seal.js'
import { signatureKey, verifyingJwk } from '../material/signature-key.js'
import { collectGarbage, usedBytes } from '../measure/heap.js'
import { answerOf } from './door.js'
import { cacheBytes, type Flood, mebibyte, slack, wrongSignature } from './flood.js'
import type { MeasuredFlooding } from './measured-bounds.js'
import { tenantFloods } from './tenant-floods.js'
import { segment, signedText, usualHeader } from './tokens.js'

export interface FloodsInput {
  readonly count: number
}

const { issuer, audience } = parties
const key = signatureKey('HS256')
const exp = secondsNow() + 86_400

const signatureOptions = async () =>
  ({ algorithms: ['HS256'], keys: await importKey(key.verifying, { alg: 'HS256', kid: key.kid }) }) as const

const goodToken = (index: number, more = ''): string =>
  signedText(
    `${usualHeader}}`,
    `{"iss":"${issuer}","aud":"${audience}","exp":${exp},"sub":"user_${index}"${more}}`,
    key,
  )

/** Makes a flood over a verifier that remembers as much as it does by default. */
async function overVerifier(flood: Omit<Flood, 'send'>, token: (index: number) => string): Promise<Flood> {
  const verifier = createVerifier({ ...parties, signature: await signatureOptions() })
  return { ...flood, send: (index) => answerOf(() => verifier.verify(token(index))) }
}

const nothing = slack

const ofGarbage = (): Promise<Flood> =>
  overVerifier(
    { title: 'random text, against a verifier', answer: 'SB_TOKEN_MALFORMED', boundBytes: nothing },
    () => randomBytes(150).toString('base64url'),
  )

const ofWrongSignatures = (): Promise<Flood> =>
  overVerifier(
    {
      title: 'wrong signatures, against the cache of verified tokens',
      answer: 'SB_INTEGRITY_FAILED',
      boundBytes: nothing,
    },
    (index) => `${segment(`${usualHeader}}`)}.${segment(`{"sub":"user_${index}"}`)}.${wrongSignature}`,
  )

const ofHeaders = (): Promise<Flood> =>
  overVerifier(
    {
      title: 'unknown key IDs, against the memory of headers',
      answer: 'SB_KEY_NOT_FOUND',
      boundBytes: nothing,
    },
    (index) => `${segment(`{"alg":"HS256","typ":"${parties.typ}","kid":"${index}"}`)}.e30.${wrongSignature}`,
  )

const ofGoodTokens = (): Promise<Flood> =>
  overVerifier(
    {
      title: 'good tokens, against the cache of verified tokens',
      answer: 'let in',
      boundBytes: cacheBytes + slack,
    },
    goodToken,
  )

const ofBulkyTokens = (): Promise<Flood> => {
  const lists = `,"lists":[${Array.from({ length: 1500 }, () => '[]')}]`
  return overVerifier(
    {
      title: 'good tokens full of lists, against the cache of verified tokens',
      answer: 'let in',
      boundBytes: 1.5 * cacheBytes + slack,
      share: 0.05,
    },
    (index) => goodToken(index, lists),
  )
}

const ofGoodHeaders = (): Promise<Flood> =>
  overVerifier(
    {
      title: 'good tokens with headers of their own, against both memories',
      answer: 'let in',
      boundBytes: cacheBytes + slack,
    },
    (index) =>
      signedText(
        `${usualHeader},"jti":"${index}"}`,
        `{"iss":"${issuer}","aud":"${audience}","exp":${exp}}`,
        key,
      ),
  )

/** Anybody can seal under a public key; what is inside is refused, but the header was authentic. */
async function ofEncryptedTokens(): Promise<Flood> {
  const encryption = encryptionKey('RSA-OAEP-256')
  const keys = await importKey(encryption.opening, {
    alg: 'RSA-OAEP-256',
    kid: encryption.kid,
    enc: 'A256GCM',
  })
  const verifier = createVerifier({
    ...parties,
    signature: await signatureOptions(),
    encryption: { keyManagement: ['RSA-OAEP-256'], contentEncryption: ['A256GCM'], keys },
  })
  const bulk = Array.from({ length: 3500 }, () => [])
  return {
    title: 'encrypted tokens of an attacker whose headers are full of lists, against the memory of headers',
    answer: 'SB_TOKEN_MALFORMED',
    boundBytes: slack,
    share: 0.002,
    async send(index) {
      // The type of a header leaves out what nobody looks at.
      const header = { cty: 'JWT', index, bulk } as { readonly cty: string }
      const token = await sealedText('x', encryption, header)
      return answerOf(() => verifier.verify(token))
    },
  }
}

async function ofKeyIds(): Promise<Flood> {
  let requests = 0
  const jwk = verifyingJwk(signatureKey('ES256'))
  const server = createServer((_, response) => {
    requests++
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  })
  const keys = createRemoteKeySet(`http://127.0.0.1:${await listen(server)}/jwks.json`)
  const verifier = createVerifier({ ...parties, signature: { algorithms: ['ES256'], keys } })
  return {
    title: 'unknown key IDs, against a remote key set',
    answer: 'SB_KEY_NOT_FOUND',
    // A fetch leaves the runtime's own client behind.
    boundBytes: 2 * slack,
    send: (index) =>
      answerOf(() =>
        verifier.verify(
          `${segment(`{"alg":"ES256","typ":"${parties.typ}","kid":"${index}"}`)}.e30.${'A'.repeat(86)}`,
        ),
      ),
    note: () => `${requests} requests to the provider`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function ofIssuers(): Flood {
  let lookups = 0
  const verifier = createTenantVerifier({
    issuer: () => true,
    resolve: () => {
      lookups++
      return undefined
    },
  })
  const padding = 'i'.repeat(1_900)
  return {
    title: 'unknown issuers with long names, against the memory of tenants',
    answer: 'SB_ISSUER_MISMATCH',
    // A thousand names of 2,048 characters.
    boundBytes: 3 * mebibyte + slack,
    send: (index) =>
      answerOf(() =>
        verifier.verify(
          `${segment(`${usualHeader}}`)}.${segment(`{"iss":"https://${index}.${padding}"}`)}.${wrongSignature}`,
        ),
      ),
    note: () => `${lookups.toLocaleString('en')} lookups`,
  }
}

async function ofCookies(): Promise<Flood> {
  const authenticator = createAuthenticator({
    verifier: createVerifier({ ...parties, signature: await signatureOptions() }),
    credentials: [cookie('__Host-access')],
  })
  return {
    title: 'requests with cookies, against an authenticator',
    answer: 'SB_TOKEN_MALFORMED',
    boundBytes: nothing,
    async send(index) {
      const rawHeaders = [
        'Cookie',
        `theme=dark; __Host-access=${index}${randomBytes(60).toString('hex')}; a=b`,
      ]
      const outcome = await authenticator.authenticate(
        nodeAuthRequest({ rawHeaders, method: 'GET', url: '/' }, true),
      )
      return outcome.ok ? 'let in' : outcome.error.code
    },
  }
}

const floods: readonly (() => Flood | Promise<Flood>)[] = [
  ofGarbage,
  ofWrongSignatures,
  ofHeaders,
  ofKeyIds,
  ofIssuers,
  ...tenantFloods,
  ofEncryptedTokens,
  ofCookies,
  ofGoodTokens,
  ofGoodHeaders,
  ofBulkyTokens,
]

async function measureFlood(flood: Flood, count: number): Promise<MeasuredFlooding> {
  const { title, answer, boundBytes, send, note, stop } = flood
  const sendAll = async (from: number, to: number): Promise<void> => {
    for (let index = from; index < to; index++) {
      const given = await send(index)
      if (given !== answer) throw new Error(`${title}: ${given}`)
    }
  }
  // The compiler's own memory settles first; what is bounded starts all but empty.
  await sendAll(0, 100)
  collectGarbage()
  const before = usedBytes()
  await sendAll(100, count + 100)
  collectGarbage()
  const heapBytes = usedBytes() - before
  const measured = { title, answer, count, heapBytes, boundBytes, note: note?.() ?? '' }
  // Asked once more, so that nothing was collected before it was measured.
  await sendAll(count + 100, count + 101)
  await stop?.()
  return measured
}

/** Floods everything that remembers, one after the other. */
export async function measureFloods(
  { count }: FloodsInput,
  say: (title: string) => void = () => {},
): Promise<readonly MeasuredFlooding[]> {
  const measured: MeasuredFlooding[] = []
  for (const make of floods) {
    const flood = await make()
    say(flood.title)
    measured.push(await measureFlood(flood, Math.ceil(count * (flood.share ?? 1))))
  }
  return measured
}
