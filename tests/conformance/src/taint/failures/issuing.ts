import { misspelt } from '../misspelt.js'
import { type Failure, issuerWith, secretClaims } from './material.js'

const circle: Record<string, unknown> = { ...secretClaims }
circle['circle'] = circle

export const issuing: Readonly<Record<string, Failure>> = {
  'a forbidden claim': (m) => issuerWith(m).issue({ ...secretClaims, password: m.text }),
  'a forbidden claim, deep inside': (m) =>
    issuerWith(m).issue({ ...secretClaims, a: [{ password: m.text }] }),
  'a confidential claim on a signed token': (m) =>
    issuerWith(m, { confidentialClaims: ['email'] }).issue(secretClaims),
  'a reserved claim': (m) => issuerWith(m).issue(misspelt({ ...secretClaims, iss: m.text })),
  'a lifetime that is a secret': (m) => issuerWith(m).issue(secretClaims, misspelt({ lifetime: m.text })),
  'an invalid option': (m) => issuerWith(m).issue(secretClaims, misspelt({ password: m.text })),
  'a subject of the wrong type': (m) =>
    issuerWith(m).issue(misspelt({ ...secretClaims, sub: { name: m.text } })),
  'claims in a circle': (m) => issuerWith(m).issue(circle),
  'a BigInt': (m) => issuerWith(m).issue(misspelt({ ...secretClaims, n: 4_815_162_342_815_162n })),
  'claims that throw': (m) =>
    issuerWith(m).issue({ ...secretClaims, at: { toJSON: () => ({ password: m.text }) } }),
  'claims that are a token': (m) => issuerWith(m).issue(misspelt(m.token)),
  'no claims': (m) => issuerWith(m).issue(misspelt([m.token])),
}
