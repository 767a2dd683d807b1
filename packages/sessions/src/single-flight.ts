/** Creates a function with one pending call at a time: concurrent callers share its result. */
export function singleFlight<Result>(start: () => Promise<Result>): () => Promise<Result> {
  let pending: Promise<Result> | undefined
  return () => {
    pending ??= start().finally(() => {
      pending = undefined
    })
    return pending
  }
}
