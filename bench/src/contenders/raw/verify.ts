import { constants, createHmac, hash, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { SignatureAlgorithm, SignatureKey } from '../../material/signature-key.js'
import type { Prepare } from '../../measure/per-item.js'
import { derSignature, pssLabelled } from './der.js'
import { hmacPads } from './hmac-pads.js'

interface SignedParts {
  readonly input: Buffer
  readonly signature: Buffer
}

type Primitive = (key: KeyObject) => (parts: SignedParts) => () => boolean

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const

/** Each on bytes and KeyObjects made beforehand, without options where it works without. */
const primitives: Readonly<Record<SignatureAlgorithm, Primitive>> = {
  HS256:
    (key) =>
    ({ input, signature }) =>
    () =>
      timingSafeEqual(createHmac('sha256', key).update(input).digest(), signature),
  RS256:
    (key) =>
    ({ input, signature }) =>
    () =>
      verify('sha256', input, key, signature),
  PS256: (key) => {
    const options = { key, ...pss }
    return ({ input, signature }) =>
      () =>
        verify('sha256', input, options, signature)
  },
  ES256: (key) => (parts) => {
    const { input } = parts
    const signature = derSignature(parts.signature)
    return () => verify('sha256', input, key, signature)
  },
  EdDSA:
    (key) =>
    ({ input, signature }) =>
    () =>
      verify(null, input, key, signature),
}

/** Ways around what a primitive costs when called plainly. */
const shortcuts: Readonly<Partial<Record<SignatureAlgorithm, Primitive>>> = {
  HS256: (key) => {
    const { inner, outer } = hmacPads(key)
    return ({ input, signature }) => {
      const message = Buffer.concat([inner, input])
      return () => {
        hash('sha256', message, 'buffer').copy(outer, inner.length)
        return timingSafeEqual(hash('sha256', outer, 'buffer'), signature)
      }
    }
  },
  PS256: (key) => {
    const labelled = pssLabelled(key)
    return ({ input, signature }) =>
      () =>
        verify('sha256', input, labelled, signature)
  },
}

function signedParts(token: string): SignedParts {
  const end = token.lastIndexOf('.')
  return {
    input: Buffer.from(token.slice(0, end)),
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  }
}

const checked =
  (check: (parts: SignedParts) => () => boolean): Prepare<string, void> =>
  (token) => {
    const isGood = check(signedParts(token))
    return () => {
      if (!isGood()) throw new Error('the signature is wrong')
    }
  }

/** The bare check of a signature. */
export const rawVerify = ({ alg, verifying }: SignatureKey): Prepare<string, void> =>
  checked(primitives[alg](verifying))

/** The cheapest check found, where the plain call is not it. */
export function lowestVerify({ alg, verifying }: SignatureKey): Prepare<string, void> | undefined {
  const shortcut = shortcuts[alg]
  return shortcut && checked(shortcut(verifying))
}
