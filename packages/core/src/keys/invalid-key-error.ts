/** The error for a key that is refused. Its message may be shown: it names members and sizes, never values. */
export class InvalidKeyError extends TypeError {
  /** Whether another algorithm may accept the same key. */
  readonly isOfOneAlgorithm: boolean

  constructor(message: string, { isOfOneAlgorithm = false }: { readonly isOfOneAlgorithm?: boolean } = {}) {
    super(message)
    this.isOfOneAlgorithm = isOfOneAlgorithm
  }
}
