import type { Contender, Role } from './contender.js'

/** The item at an index that the rounds chose. */
export function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new RangeError('no item there')
  return item
}

/** A contender that has nothing to prepare. */
export const perItem = <Item>(name: string, role: Role, run: (item: Item) => unknown): Contender<Item> => ({
  name,
  role,
  bind: (items) => (index) => run(itemAt(items, index)),
})

/** Reads an item outside the clock; what comes back is all that is timed. */
export type Prepare<Item, Result = unknown> = (item: Item) => () => Result

/** A contender that is timed on prepared items. */
export const prepared = <Item>(name: string, role: Role, prepare: Prepare<Item>): Contender<Item> => ({
  name,
  role,
  bind: (items) => {
    const ready = items.map(prepare)
    return (index) => itemAt(ready, index)()
  },
})
