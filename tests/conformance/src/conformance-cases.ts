import { certificateCases } from './cases/certificates.js'
import { claimsCases } from './cases/claims.js'
import { cookieCases } from './cases/cookies.js'
import { credentialsCases } from './cases/credentials.js'
import { csrfCases } from './cases/csrf.js'
import { dpopCases } from './cases/dpop.js'
import { encryptedCases } from './cases/encrypted.js'
import { httpsCases } from './cases/https.js'
import { introspectionCases } from './cases/introspection.js'
import { mcpCases } from './cases/mcp.js'
import { nestedCases } from './cases/nested.js'
import { profileCases } from './cases/profiles.js'
import { requirementCases } from './cases/requirements.js'
import { seamCases } from './cases/seams.js'
import { severalVerifiersCases } from './cases/several-verifiers.js'
import { signatureCases } from './cases/signature.js'
import { stepUpCases } from './cases/step-up.js'
import type { ConformanceCase } from './conformance-case.js'

/** The table. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...credentialsCases,
  ...cookieCases,
  ...httpsCases,
  ...csrfCases,
  ...signatureCases,
  ...claimsCases,
  ...encryptedCases,
  ...nestedCases,
  ...requirementCases,
  ...severalVerifiersCases,
  ...seamCases,
  ...dpopCases,
  ...stepUpCases,
  ...certificateCases,
  ...introspectionCases,
  ...profileCases,
  ...mcpCases,
]
