import { akpKeys } from './akp-keys.js'
import { algorithmConfusion } from './algorithm-confusion.js'
import { algorithmNone } from './algorithm-none.js'
import type { Family } from './attack.js'
import { audiences } from './audiences.js'
import { zip } from './compression.js'
import { contentType } from './content-type.js'
import { costlyKeys } from './costly-keys.js'
import { b64, crit } from './critical.js'
import { crossIssuer } from './cross-issuer.js'
import { derBytes } from './der-bytes.js'
import { doubledMembers } from './doubled-members.js'
import { embeddedKeys } from './embedded-keys.js'
import { encryptedKeys } from './encrypted-keys.js'
import { ephemeralKeys } from './ephemeral-keys.js'
import { attackersEncryption } from './foreign-encryption.js'
import { foreignPermissions } from './foreign-permissions.js'
import { forms, parts } from './forms.js'
import { guardedTwiceRequests } from './guarded-twice.js'
import { introspectionAnswers } from './introspection-answers.js'
import { issuers } from './issuers.js'
import { truncated } from './jwe-parts.js'
import { keyAddresses } from './key-addresses.js'
import { keyRestrictions, otherAlgorithms, wrongCurves } from './key-descriptions.js'
import { keyIds } from './key-ids.js'
import { memory } from './memory.js'
import { wronglyNested } from './nesting.js'
import { numericDates, times } from './numeric-dates.js'
import { headerShapes, payloadShapes } from './payload-shapes.js'
import { proofBindings } from './proof-bindings.js'
import { proofPayloads, proofTimes } from './proof-claims.js'
import { proofHeaders } from './proof-headers.js'
import { proofKeys } from './proof-keys.js'
import { proofNonces } from './proof-nonces.js'
import { proofReplays } from './proof-replays.js'
import { publicKeyAsSecret } from './public-key-as-secret.js'
import { passwordBased, rsaPkcs1Encryption } from './refused-key-management.js'
import { ignoredBindings, otherOrigins, plainHttp, repeatedCredentials } from './requests.js'
import { ecdsaSignatures, otherSignatures } from './signatures.js'
import { smallOrderKeys } from './small-order-keys.js'
import { base64urlSpellings } from './spellings.js'
import { typConfusion } from './typ-confusion.js'
import { shortSecrets, weakRsa } from './weak-keys.js'

/** Every attack there is a row for. */
export const families: readonly Family[] = [
  algorithmNone,
  algorithmConfusion,
  publicKeyAsSecret,
  embeddedKeys,
  keyIds,
  crit,
  b64,
  doubledMembers,
  payloadShapes,
  headerShapes,
  base64urlSpellings,
  parts,
  forms,
  wronglyNested,
  attackersEncryption,
  contentType,
  numericDates,
  times,
  issuers,
  audiences,
  typConfusion,
  crossIssuer,
  foreignPermissions,
  shortSecrets,
  weakRsa,
  costlyKeys,
  smallOrderKeys,
  akpKeys,
  keyRestrictions,
  wrongCurves,
  derBytes,
  keyAddresses,
  introspectionAnswers,
  otherAlgorithms,
  ecdsaSignatures,
  otherSignatures,
  ephemeralKeys,
  truncated,
  encryptedKeys,
  zip,
  passwordBased,
  rsaPkcs1Encryption,
  memory,
  proofHeaders,
  proofPayloads,
  proofKeys,
  proofBindings,
  proofReplays,
  proofNonces,
  proofTimes,
  guardedTwiceRequests,
  repeatedCredentials,
  plainHttp,
  otherOrigins,
  ignoredBindings,
]
