/** Its constructor returns the given object, so that a subclass adds its private fields to that object. */
class ExistingObject {
  constructor(carrier: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field is added to another object.
    return carrier
  }
}

/** Data associated with objects; collected with its owner. */
interface Attachment<Value, Argument> {
  of(owner: object): Value | undefined
  /** The data of an owner; created from the argument for an owner without any. */
  ensure(owner: object, argument: Argument): Value
}

/**
 * The cheapest object for a field: the list of raw headers of a Node request, which is an ordinary array. Express on Node
 * 20 gives each request its own hidden class, and V8 then creates another one for each added field.
 */
function carrierOf(owner: { readonly rawHeaders?: unknown }): object {
  const { rawHeaders } = owner
  return Array.isArray(rawHeaders) ? rawHeaders : owner
}

/**
 * Associates data with objects of other code, not visible to that code: like a WeakMap, in a tenth of the time for
 * short-lived objects. A WeakMap has to be cleaned of each of them.
 */
export function createAttachment<Value, Argument>(
  create: (argument: Argument) => Value,
): Attachment<Value, Argument> {
  class Attached extends ExistingObject {
    /** Test doubles for requests can share one list. */
    readonly #owner: object
    readonly #value: Value

    constructor(carrier: object, owner: object, value: Value) {
      super(carrier)
      this.#owner = owner
      this.#value = value
    }

    static of(owner: object): Value | undefined {
      const attached = Attached.#on(carrierOf(owner), owner)
      return attached === undefined ? undefined : attached.#value
    }

    static ensure(owner: object, argument: Argument): Value {
      const carrier = carrierOf(owner)
      const attached = Attached.#on(carrier, owner)
      if (attached !== undefined) return attached.#value
      const value = create(argument)
      new Attached(#value in carrier ? owner : carrier, owner, value)
      return value
    }

    static #on(carrier: object, owner: object): Attached | undefined {
      if (#value in carrier && carrier.#owner === owner) return carrier
      return carrier !== owner && #value in owner ? owner : undefined
    }
  }
  return Attached
}
