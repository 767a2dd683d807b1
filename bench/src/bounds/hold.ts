/** Work that a client can ask for, and how long it may hold up everything else. */
export interface Hold {
  readonly title: string
  readonly answer: string
  /** Milliseconds: of one piece of work on the event loop, or of the answer where a function never answers. */
  readonly boundMilliseconds: number
  readonly measures: 'the event loop' | 'the answer'
  /** How often it is measured; the best counts, since the first compiles. @default 3 */
  readonly rounds?: number
  readonly run: () => Promise<string>
}
