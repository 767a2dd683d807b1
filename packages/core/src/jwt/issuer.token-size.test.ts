import { expect, test } from 'vitest'
import { audience, issuer, now } from '../../test-kit/parties.js'
import { testKey } from '../../test-kit/test-keys.js'
import { createIssuer } from './issuer.js'
import { createVerifier } from './verifier.js'

const parties = { issuer, audience, typ: 'at+jwt', now } as const
const [hmac, secret] = [await testKey('HS256'), await testKey('dir')]
const enc = 'A256GCM'
const forms = [
  {
    form: 'signed',
    issuing: { signature: { algorithm: 'HS256', keys: hmac } },
    verifying: { signature: { algorithms: ['HS256'], keys: hmac } },
  },
  {
    form: 'encrypted',
    issuing: { encryption: { keyManagement: 'dir', contentEncryption: enc, keys: secret } },
    verifying: { encryption: { keyManagement: ['dir'], contentEncryption: [enc], keys: secret } },
  },
  {
    form: 'nested',
    issuing: {
      signature: { algorithm: 'HS256', keys: hmac },
      encryption: { keyManagement: 'dir', contentEncryption: enc, keys: secret },
    },
    verifying: {
      signature: { algorithms: ['HS256'], keys: hmac },
      encryption: { keyManagement: ['dir'], contentEncryption: [enc], keys: secret },
    },
  },
] as const

/** The most padding that a token of an issuer can have. */
async function maxPadding(issue: (padding: string) => Promise<unknown>): Promise<number> {
  let [most, tooMuch] = [0, 20_000]
  while (tooMuch - most > 1) {
    const length = (most + tooMuch) >> 1
    const fits = await issue('x'.repeat(length)).then(
      () => true,
      () => false,
    )
    if (fits) most = length
    else tooMuch = length
  }
  return most
}

test.each(forms.flatMap((row) => [undefined, 1_000].map((maxTokenSize) => ({ ...row, maxTokenSize }))))(
  'a $form token that no verifier accepts for its size is not issued: $maxTokenSize',
  async ({ issuing, verifying, maxTokenSize }) => {
    const size = maxTokenSize === undefined ? {} : { maxTokenSize }
    const made = createIssuer({ ...parties, ...issuing, ...size, lifetime: '5m' })
    const verifier = createVerifier({ ...parties, ...verifying, ...size })
    const issue = (padding: string) => made.issue({ padding })
    const most = await maxPadding(issue)
    const { token } = await issue('x'.repeat(most))
    expect(token.length).toBeGreaterThan((maxTokenSize ?? 16_384) - 4)
    await expect(verifier.verify(token)).resolves.toBeDefined()
    await expect(issue('x'.repeat(most + 1))).rejects.toMatchObject({
      code: 'SB_ISSUED_TOO_LARGE',
      status: 500,
    })
  },
)

test('both sides can agree on larger tokens', async () => {
  const [{ issuing, verifying }] = forms
  const size = { maxTokenSize: 100_000 }
  const { token } = await createIssuer({ ...parties, ...issuing, ...size, lifetime: '5m' }).issue({
    padding: 'x'.repeat(50_000),
  })
  await expect(createVerifier({ ...parties, ...verifying, ...size }).verify(token)).resolves.toBeDefined()
  await expect(createVerifier({ ...parties, ...verifying }).verify(token)).rejects.toMatchObject({
    code: 'SB_TOKEN_TOO_LARGE',
  })
})
