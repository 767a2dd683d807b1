/** Hands its subclass an object that exists already, for private fields to be put upon. */
class Upon {
  constructor(carrier: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field gets onto another's object.
    return carrier
  }
}

/** Something that is known of objects; gone when its owner is. */
interface Attachment<Value> {
  of(owner: object): Value | undefined
  /** For an owner that has none yet. */
  attach(owner: object, value: Value): void
}

/**
 * Where a field costs least: on the list of raw headers of a request of Node, which is an array as any other. Express on
 * Node 20 gives each request a hidden class of its own, and V8 then makes another one for each field on it.
 */
function carrierOf(owner: { readonly rawHeaders?: unknown }): object {
  const { rawHeaders } = owner
  return Array.isArray(rawHeaders) ? rawHeaders : owner
}

/**
 * Keeps something with objects that may not be ours, where nobody else finds it: a WeakMap in a tenth of the
 * time, for objects that come with one request and go. A WeakMap has to be cleared of each of them.
 */
export function createAttachment<Value>(): Attachment<Value> {
  class Attached extends Upon {
    /** What stands in for requests could give the same list to two of them. */
    readonly #owner: object
    readonly #value: Value

    constructor(carrier: object, owner: object, value: Value) {
      super(carrier)
      this.#owner = owner
      this.#value = value
    }

    static of(owner: object): Value | undefined {
      const carrier = carrierOf(owner)
      if (#value in carrier && carrier.#owner === owner) return carrier.#value
      return carrier !== owner && #value in owner ? owner.#value : undefined
    }

    static attach(owner: object, value: Value): void {
      const carrier = carrierOf(owner)
      new Attached(#value in carrier ? owner : carrier, owner, value)
    }
  }
  return Attached
}
