import { answers } from '../answers.js'
import type { ConformanceCase, HeaderList, RefusedCase } from '../conformance-case.js'
import type { PolicyName } from '../policies.js'
import { hashOf } from '../tokens/proof.js'

/** Nobody looks into a certificate: the connection has done that, or the proxy. */
const certificate = Uint8Array.from({ length: 613 }, (_, i) => (i * 7) % 256)
const base64 = btoa(String.fromCharCode(...certificate))
const pem = `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

const name = 'Client-Cert'
const forms = {
  certificate: { value: `:${base64}:`, other: `:${base64.replace('Bw', 'BA')}:`, broken: base64 },
  certificateNginx: {
    value: encodeURIComponent(pem),
    other: encodeURIComponent(pem.replace('Bw', 'BA')),
    broken: pem.replaceAll('\n', ' '),
  },
} as const

const boundBeside =
  (more: HeaderList, cnf?: unknown): RefusedCase['headers'] =>
  async (tokens) => {
    const claims = { cnf: cnf ?? { 'x5t#S256': await hashOf(certificate) } }
    return [['Authorization', `Bearer ${await tokens.signed({ claims })}`], ...more]
  }

type Row = readonly [title: string, code: RefusedCase['code'], headers: RefusedCase['headers']]

const rowsOf = (policy: keyof typeof forms): readonly Row[] => {
  const { value, other, broken } = forms[policy]
  return [
    ['another certificate', 'SB_CONFIRMATION_MISMATCH', boundBeside([[name, other]])],
    ['no certificate', 'SB_CONFIRMATION_REQUIRED', boundBeside([])],
    ['an empty certificate', 'SB_CONFIRMATION_REQUIRED', boundBeside([[name, '']])],
    ['a certificate in another form', 'SB_CONFIRMATION_REQUIRED', boundBeside([[name, broken]])],
    [
      'a certificate twice',
      'SB_CONFIRMATION_REQUIRED',
      boundBeside([
        [name, value],
        [name, value],
      ]),
    ],
    [
      'a certificate and something else',
      'SB_CONFIRMATION_REQUIRED',
      boundBeside([[name, value]], { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2', jkt: 'x' }),
    ],
  ]
}

// A list of names of this file.
const policies = Object.keys(forms) as (keyof typeof forms & PolicyName)[]

/** Tokens that are bound to the certificate of a TLS connection (RFC 8705), behind a proxy on the same machine. */
export const certificateCases: readonly ConformanceCase[] = policies.flatMap((policy): ConformanceCase[] => {
  const good = boundBeside([[name, forms[policy].value]])
  return [
    {
      title: `${policy}: the right certificate`,
      policy,
      connection: 'loopback',
      headers: good,
      grant: {},
    },
    ...rowsOf(policy).map(
      ([title, code, headers]): RefusedCase => ({
        title: `${policy}: ${title}`,
        policy,
        connection: 'loopback',
        headers,
        answer: answers.invalidToken,
        code,
        twin: { headers: good },
      }),
    ),
    {
      title: `${policy}: where nobody looks for certificates`,
      policy: 'signed',
      connection: 'loopback',
      headers: good,
      answer: answers.invalidToken,
      code: 'SB_CONFIRMATION_REQUIRED',
      twin: { policy },
    },
  ]
})
