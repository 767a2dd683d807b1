/** A check that every store must pass. */
export interface StoreCheck<S> {
  readonly title: string
  /** @param store Returns the store, or the next of several handles to the same data. */
  run(store: () => S): Promise<void>
}
