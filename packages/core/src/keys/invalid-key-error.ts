/** A key is refused. The message names members and sizes, never values: it may be shown. */
export class InvalidKeyError extends TypeError {
  /** Whether the fault is that of one algorithm: another one may accept the same key. */
  readonly isOfOneAlgorithm: boolean

  constructor(message: string, { isOfOneAlgorithm = false }: { readonly isOfOneAlgorithm?: boolean } = {}) {
    super(message)
    this.isOfOneAlgorithm = isOfOneAlgorithm
  }
}
