/** A callback scheduled for a time. */
interface Deadline {
  /** By the monotonic clock, in milliseconds. */
  readonly at: number
  /** `undefined` once it has run or was cancelled. */
  act: (() => void) | undefined
}

/** The maximum of `setTimeout`; for later deadlines the timer is restarted. */
const maxWait = 2_000_000_000

/** A heap by `at`: the earliest is first. */
const heap: Deadline[] = []
let timer: ReturnType<typeof setTimeout> | undefined
let cancelled = 0

/**
 * Runs a callback later. All deadlines of a process share one timer, which does not keep the process alive.
 *
 * @returns A function that cancels it.
 */
export function atDeadline(milliseconds: number, act: () => void): () => void {
  const deadline: Deadline = { at: performance.now() + milliseconds, act }
  push(deadline)
  if (heap[0] === deadline) schedule()
  return () => {
    if (deadline.act === undefined) return
    deadline.act = undefined
    cancelled++
    // Cancelled deadlines remain until their time, unless they are the majority.
    if (cancelled > 1000 && cancelled > heap.length / 2) removeCancelled()
  }
}

/** Number of stored deadlines, including cancelled ones. */
export const deadlineCount = (): number => heap.length

function schedule(): void {
  clearTimeout(timer)
  const [first] = heap
  if (first === undefined) return
  // A timer ignores fractions, and would fire too early.
  timer = setTimeout(run, Math.min(Math.ceil(Math.max(first.at - performance.now(), 0)), maxWait))
  // In browsers and workers, a timer is a number.
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
