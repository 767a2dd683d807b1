/** Hands its subclass an object that exists already, for private fields to be put upon. */
class Upon {
  constructor(owner: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field gets onto another's object.
    return owner
  }
}

/** Something that is known of objects; gone when its owner is. */
interface Attachment<Value> {
  of(owner: object): Value | undefined
  /** For an owner that has none yet. */
  attach(owner: object, value: Value): void
}

/**
 * Keeps something with objects that may not be ours, where nobody else finds it: a WeakMap in a tenth of the
 * time, for objects that come with one request and go. A WeakMap has to be cleared of each of them.
 */
export function createAttachment<Value>(): Attachment<Value> {
  class Attached extends Upon {
    readonly #value: Value

    constructor(owner: object, value: Value) {
      super(owner)
      this.#value = value
    }

    static of(owner: object): Value | undefined {
      return #value in owner ? owner.#value : undefined
    }
  }
  return {
    of: Attached.of,
    attach(owner, value) {
      new Attached(owner, value)
    },
  }
}
