/** Something that is to happen at a time. */
interface Deadline {
  /** By the monotonic clock, in milliseconds. */
  readonly at: number
  /** `undefined` once it has happened or was cancelled. */
  act: (() => void) | undefined
}

/** `setTimeout` takes no more than 2³¹ - 1 milliseconds; what is later is waited for once more. */
const longestWait = 2_000_000_000

/** A heap by `at`: the earliest is the first. */
const heap: Deadline[] = []
let timer: ReturnType<typeof setTimeout> | undefined
let cancelled = 0

/**
 * Does something later. All deadlines of a process share one timer, which does not keep the process alive.
 *
 * @returns a function that cancels it.
 */
export function atDeadline(milliseconds: number, act: () => void): () => void {
  const deadline: Deadline = { at: performance.now() + milliseconds, act }
  push(deadline)
  if (heap[0] === deadline) schedule()
  return () => {
    if (deadline.act === undefined) return
    deadline.act = undefined
    cancelled++
    // Those that were cancelled wait for their time, unless they are the most.
    if (cancelled > 1000 && cancelled > heap.length / 2) removeCancelled()
  }
}

/** How many deadlines are kept, those that were cancelled included. */
export const deadlineCount = (): number => heap.length

function schedule(): void {
  clearTimeout(timer)
  const [first] = heap
  if (first === undefined) return
  // A timer leaves out fractions, and would come too early.
  timer = setTimeout(run, Math.min(Math.ceil(Math.max(first.at - performance.now(), 0)), longestWait))
  // A browser's and a worker's timer is a number.
  if (typeof timer === 'object') timer.unref?.()
}

function run(): void {
  const now = performance.now()
  for (let first = heap[0]; first !== undefined && first.at <= now; first = heap[0]) {
    removeFirst()
    const { act } = first
    first.act = undefined
    if (act === undefined) cancelled--
    else act()
  }
  schedule()
}

function removeCancelled(): void {
  const left = heap.filter(({ act }) => act !== undefined)
  heap.length = 0
  cancelled = 0
  for (const deadline of left) push(deadline)
}

function push(deadline: Deadline): void {
  let index = heap.length
  heap.push(deadline)
  while (index > 0) {
    const parent = (index - 1) >> 1
    const above = heap[parent]
    if (above === undefined || above.at <= deadline.at) break
    heap[index] = above
    index = parent
  }
  heap[index] = deadline
}

function removeFirst(): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let index = 0
  for (;;) {
    const [left, right] = [2 * index + 1, 2 * index + 2]
    const isRight =
      (heap[right]?.at ?? Number.POSITIVE_INFINITY) < (heap[left]?.at ?? Number.POSITIVE_INFINITY)
    const child = isRight ? right : left
    const below = heap[child]
    if (below === undefined || below.at >= last.at) break
    heap[index] = below
    index = child
  }
  heap[index] = last
}
