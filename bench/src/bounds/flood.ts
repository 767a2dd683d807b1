/** Inputs that must not fill the memory. */
export interface Flood {
  readonly title: string
  /** What must be said to each of them. */
  readonly answer: string
  /** Bytes that the memories it meets may take. */
  readonly boundBytes: number
  /** Share of the count, where each one is expensive. */
  readonly share?: number
  readonly send: (index: number) => Promise<string>
  readonly note?: () => string
  readonly stop?: () => Promise<void>
}

export const mebibyte: number = 2 ** 20
/** Compiled code, inline caches and what else the runtime keeps. */
export const slack: number = mebibyte
/** What a cache of verified tokens may take. */
export const cacheBytes: number = 16 * mebibyte

export const wrongSignature: string = 'A'.repeat(43)
