/** Whose work it is: the bare primitive, a way to call it for less, this library, what it was before, or another one. */
export type Role = 'raw' | 'lowest' | 'ours' | 'baseline' | 'peer'

/** One operation on the item of that index. Throws or rejects where it refuses the item. */
export type Step = (index: number) => unknown

/** One way to do the work of a case. */
export interface Contender<Item> {
  readonly name: string
  readonly role: Role
  /** Prepares for items outside the clock. */
  bind(items: readonly Item[]): Step
}

/** A token that must be refused. `claims`: its signature is good, so only who looks at claims can tell. */
export interface Forgery {
  readonly title: string
  readonly token: string
  readonly needs: 'integrity' | 'claims'
}

/** Contenders that do the same work. */
export interface Case<Item> {
  readonly name: string
  readonly group: string
  readonly contenders: readonly Contender<Item>[]
  /** Asked for before every batch where `fresh`, else once. */
  items(): readonly Item[]
  /** Every batch gets items of its own, as every request brings its own string. */
  readonly fresh?: boolean
  /** Rejects unless the contender does the whole work. */
  prove(contender: Contender<Item>): Promise<void>
}
