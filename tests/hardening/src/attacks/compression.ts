import { deflateRawSync } from 'node:zlib'
import { goodClaims } from '#core-test-kit/parties.js'
import { type Family, family } from './attack.js'
import { jweHeader, nested, nestedHeader, sealed, sealedToRsa, signed } from './tokens.js'
import { dir, nestedDir, nestedUnder } from './verifiers.js'

const bomb = deflateRawSync(Buffer.alloc(4_000_000, 0x20), { level: 9 })
const zips: readonly unknown[] = ['DEF', 'def', 'GZIP', 'none', '', null, true, 0, [], ['DEF'], {}]

/** No compressed content is ever inflated. */
export const zip: Family = family(
  'zip',
  { source: 'CVE-2024-28176, CVE-2024-28180, CVE-2024-28122, CVE-2024-21319', code: 'SB_HEADER_INVALID' },
  [
    ...zips.map((value) => ({
      what: `${JSON.stringify(value)}, around claims`,
      policy: dir,
      token: () => sealed(goodClaims, { ...jweHeader, zip: value }),
      twin: () => sealed(goodClaims, { ...jweHeader, zap: value }),
    })),
    {
      what: 'DEF, compressed claims',
      policy: dir,
      token: () => sealed(deflateRawSync(JSON.stringify(goodClaims)), { ...jweHeader, zip: 'DEF' }),
      twin: () => sealed(),
    },
    {
      what: 'DEF, 4 KB that are 4 MB',
      policy: dir,
      token: () => sealed(bomb, { ...jweHeader, zip: 'DEF' }),
      twin: () => sealed(),
    },
    {
      what: 'absent, compressed claims',
      policy: dir,
      code: 'SB_CLAIMS_INVALID',
      token: () => sealed(deflateRawSync(JSON.stringify(goodClaims)), jweHeader),
      twin: () => sealed(),
    },
    {
      what: 'DEF, compressed token',
      policy: nestedDir,
      token: () => nested(deflateRawSync(signed()), { ...nestedHeader, zip: 'DEF' }),
      twin: () => nested(),
    },
    {
      what: 'DEF, to a public key',
      policy: nestedUnder('RSA-OAEP-256'),
      token: () => sealedToRsa(bomb, { cty: 'JWT', zip: 'DEF' }),
      twin: () => sealedToRsa(signed()),
    },
  ],
)
