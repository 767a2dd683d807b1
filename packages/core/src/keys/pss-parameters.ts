/** What a key that is labeled RSASSA-PSS is restricted to. */
export interface PssLimits {
  /** The hash of the message, and that of the mask generation if it is another one. Empty for any. */
  readonly hashes: readonly string[]
  /** The minimum length of the salt. */
  readonly saltBytes: number
}

/** Object identifiers with their tag and length, in hexadecimal. */
const hashNames: Readonly<Record<string, string>> = {
  '06052b0e03021a': 'SHA-1',
  '0609608648016503040201': 'SHA-256',
  '0609608648016503040202': 'SHA-384',
  '0609608648016503040203': 'SHA-512',
}

/** The value that RFC 4055 §3.1 gives to absent parameters. */
const defaults = { hash: 'SHA-1', saltBytes: 20 } as const

const hashIn = (parameter: string | undefined): string =>
  parameter === undefined
    ? defaults.hash
    : (Object.entries(hashNames).find(([oid]) => parameter.includes(oid))?.[1] ?? 'another hash')

/** The parts of a sequence by their tag. Those of these parameters are shorter than 128 bytes. */
function partsOf(sequence: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>()
  for (let at = 4; at < sequence.length; ) {
    const end = at + 4 + 2 * Number.parseInt(sequence.slice(at + 2, at + 4), 16)
    // Not a number at a truncated end.
    if (!(end <= sequence.length)) break
    parts.set(sequence.slice(at, at + 2), sequence.slice(at + 4, end))
    at = end
  }
  return parts
}

/**
 * Reads RSASSA-PSS-params, the parameters of a key (RFC 4055 §3.1). A key without them may be used with any hash.
 *
 * @param parameters In hexadecimal.
 */
export function pssLimits(parameters: string): PssLimits {
  if (!parameters.startsWith('30')) return { hashes: [], saltBytes: 0 }
  const parts = partsOf(parameters)
  const salt = parts.get('a2')
  return {
    hashes: [...new Set([hashIn(parts.get('a0')), hashIn(parts.get('a1'))])],
    // An INTEGER: tag and length, then the number.
    saltBytes: salt === undefined ? defaults.saltBytes : Number.parseInt(salt.slice(4), 16),
  }
}
