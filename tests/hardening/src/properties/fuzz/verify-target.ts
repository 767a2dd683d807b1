import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  createVerifier,
  importKey,
  type VerifiedClaims,
  type VerifiedToken,
  type Verifier,
} from '#core/index.js'
import { handSeal, handSign } from '#core-test-kit/hand-made.js'
import { audience, issuer, now, nowSeconds } from '#core-test-kit/parties.js'
import { bytes } from '#core-test-kit/test-keys.js'
import { knownCode, type Target } from './target.js'

const [signing, sealing] = [bytes(32, 1), bytes(32, 101)]

interface Form {
  /** Makes a token of the lines of an input, under the very keys that are trusted. */
  readonly write: (lines: readonly string[]) => string
  readonly verifier: Verifier
}

const line = (lines: readonly string[], i: number): string => lines[i] ?? ''
const sign = (lines: readonly string[]): string => handSign(line(lines, 0), line(lines, 1), signing)
const encryptionIv = new Uint8Array(12)

async function prepare(): Promise<Readonly<Record<string, Form>>> {
  const policy = { issuer, audience, typ: 'at+jwt', now, maxTokenAge: '1h' } as const
  const signature = {
    algorithms: ['HS256'],
    keys: await importKey(signing, { alg: 'HS256', kid: '1' }),
  } as const
  const encryption = {
    keyManagement: ['dir'],
    contentEncryption: ['A256GCM'],
    keys: await importKey(sealing, { alg: 'dir', enc: 'A256GCM', kid: '2' }),
  } as const
  const signed = createVerifier({ ...policy, signature })
  const encrypted = createVerifier({ ...policy, encryption })
  const nested = createVerifier({ ...policy, signature, encryption })
  const claim = createVerifier({
    ...policy,
    signature,
    encryption: { ...encryption, nesting: { claim: 'token' } },
  })
  const seal = (header: string, content: string): string =>
    handSeal(header, content, sealing, { iv: encryptionIv })
  return {
    raw: { verifier: signed, write: (lines) => lines.join('\n') },
    signed: { verifier: signed, write: sign },
    encrypted: { verifier: encrypted, write: (lines) => seal(line(lines, 0), line(lines, 1)) },
    nested: { verifier: nested, write: (lines) => seal(line(lines, 0), sign(lines.slice(1))) },
    // `$` stands for the signed token that the outer claims carry.
    claim: {
      verifier: claim,
      write: (lines) =>
        seal(
          line(lines, 0),
          line(lines, 1).replace('$', () => sign(lines.slice(2))),
        ),
    },
  }
}

const forms = prepare()

/** What must be true of every token that is accepted, whatever it looks like. */
function checkAccepted({ claims, protectedHeader, encryptionHeader }: VerifiedToken<VerifiedClaims>): void {
  const { iss, aud, exp, nbf = nowSeconds, iat = Number.NaN } = claims
  equal(iss, issuer)
  ok(typeof aud === 'string' ? aud === audience : aud?.includes(audience))
  ok(exp > nowSeconds && nbf <= nowSeconds && iat <= nowSeconds && nowSeconds - iat <= 3600)
  ok(['HS256', 'dir'].includes(String(protectedHeader['alg'])))
  for (const header of [protectedHeader, encryptionHeader ?? {}]) {
    for (const name of ['crit', 'zip', 'b64']) ok(!Object.hasOwn(header, name))
  }
  ok(Object.isFrozen(claims) && Object.isFrozen(protectedHeader))
}

async function outcomeOf(verifier: Verifier, token: string): Promise<VerifiedToken<VerifiedClaims> | string> {
  try {
    return await verifier.verify(token)
  } catch (error) {
    return knownCode(error)
  }
}

/** A verifier ends with a outcome or a code; asked again, with the same. The first line names the form. */
export const verifyTarget: Target = async (input) => {
  const [name = '', ...lines] = input.split('\n')
  const all = await forms
  const form = Object.hasOwn(all, name) ? all[name] : undefined
  if (form === undefined) return 'no form'
  const token = form.write(lines)
  const outcome = await outcomeOf(form.verifier, token)
  deepEqual(await outcomeOf(form.verifier, token), outcome)
  if (typeof outcome === 'string') return `${name} ${outcome}`
  checkAccepted(outcome)
  return `${name} accepted`
}
