/** Makes a function of which one call is under way at a time: who calls it meanwhile gets the same result. */
export function singleFlight<Result>(start: () => Promise<Result>): () => Promise<Result> {
  let underWay: Promise<Result> | undefined
  return () => {
    underWay ??= start().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}
