/** Something about a token that its owner should know. */
export interface Finding {
  /** `wrong`: verifiers refuse it, or should. `risky`: works, and can be turned against its owner. */
  readonly severity: 'wrong' | 'risky'
  /** The parameter or claim that it is about. */
  readonly parameter: string
  readonly text: string
  /** What an attacker could do with it. */
  readonly attack?: string
}

const finding =
  (severity: Finding['severity']) =>
  (parameter: string, text: string, attack?: string): Finding => ({
    severity,
    parameter,
    text,
    ...(attack !== undefined && { attack }),
  })

export const wrong: ReturnType<typeof finding> = finding('wrong')
export const risky: ReturnType<typeof finding> = finding('risky')
