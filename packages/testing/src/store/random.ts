/**
 * Creates a generator of pseudorandom numbers, the same for the same seed (a linear congruential generator).
 *
 * @returns A function that returns an integer from 0 to below `end`.
 */
export function randomNumbers(seed: number): (end: number) => number {
  let state = (seed * 2_654_435_761) >>> 0
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * end)
  }
}
