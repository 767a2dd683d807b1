import { isSealbearerError } from '@sealbearer/core'

/** Exit codes and their meanings. The numbers are API. */
export const exitCodes = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'an unexpected error; see the message' },
  usage: { code: 2, meaning: 'the command line is wrong, or a key does not fit its use' },
  notAToken: { code: 3, meaning: 'the token cannot be read, or does not have the requested form' },
  notTrusted: { code: 4, meaning: 'no trusted key verifies the token: wrong signature, key or algorithm' },
  notAccepted: { code: 5, meaning: 'the token is genuine, but not valid here: expired, another audience, …' },
  keysUnavailable: { code: 6, meaning: 'the keys are unavailable' },
  ring: { code: 7, meaning: 'the key ring is corrupt, missing, older, sealed with another key, or locked' },
  notIssued: { code: 8, meaning: 'the policy does not allow this token to be issued' },
  file: { code: 9, meaning: 'a file could not be read or written' },
} as const

/** Why the program ends. */
export type ExitReason = keyof typeof exitCodes

/** Ends a command. The message contains no secret. */
export class CommandError extends Error {
  readonly reason: ExitReason

  constructor(reason: ExitReason, message: string) {
    super(message)
    this.reason = reason
  }
}

const reasons: readonly (readonly [pattern: RegExp, reason: ExitReason])[] = [
  [/^SB_(TOKEN_(TOO_LARGE|MALFORMED)|FORM_MISMATCH|HEADER_INVALID|CRIT_UNSUPPORTED|NESTED_)/, 'notAToken'],
  [/^SB_(ALG_NOT_ALLOWED|ENC_NOT_ALLOWED|KEY_NOT_FOUND|INTEGRITY_FAILED)$/, 'notTrusted'],
  [/^SB_(KEYS_UNAVAILABLE|DISCOVERY_FAILED)$/, 'keysUnavailable'],
  [/^SB_RING_/, 'ring'],
  [/^SB_(CLAIM_(RESERVED|FORBIDDEN|CONFIDENTIAL)|LIFETIME_INVALID|ISSUED_TOO_LARGE)$/, 'notIssued'],
  // All other codes are about claims.
  [/^SB_/, 'notAccepted'],
]

/** Returns why a command failed. */
export function reasonOf(error: unknown): ExitReason {
  if (error instanceof CommandError) return error.reason
  if (isSealbearerError(error)) return reasons.find(([pattern]) => pattern.test(error.code))?.[1] ?? 'failed'
  if (error instanceof TypeError) return 'usage'
  return error instanceof Error && 'syscall' in error ? 'file' : 'failed'
}

/** Returns the message to print: neither our own texts nor those of the file system contain a secret. */
export function messageOf(error: unknown): string {
  if (isSealbearerError(error)) return `${error.message} [${error.code}]`
  // Core names its own option; that of the command has another name.
  return error instanceof Error
    ? error.message.replace('raise maxLifetime', 'allow it with --max-lifetime')
    : 'unknown failure'
}
