/** Seconds, or text such as `'15m'`, `'2 hours'`, `'7d'`. */
export type Duration = number | string

const form = /^\+? ?(\d+(?:\.\d+)?) ?([a-z]+)(?: from now)?$/i

const unitSeconds = new Map<string, number>(
  Object.entries({
    1: ['s', 'sec', 'secs', 'second', 'seconds'],
    60: ['m', 'min', 'mins', 'minute', 'minutes'],
    3_600: ['h', 'hr', 'hrs', 'hour', 'hours'],
    86_400: ['d', 'day', 'days'],
    604_800: ['w', 'week', 'weeks'],
    31_557_600: ['y', 'yr', 'yrs', 'year', 'years'],
  }).flatMap(([seconds, names]) => names.map((name): [string, number] => [name, Number(seconds)])),
)

/** Some 3,000 years: longer ones are milliseconds or without end, and their end is no date. */
const longestSeconds = 100_000_000_000

/** Says the duration in seconds, or `undefined` when it is none: negative, too long or not understood. */
export function parseDuration(duration: unknown): number | undefined {
  const seconds = typeof duration === 'string' ? secondsOfText(duration) : duration
  // A tolerance without end would be a check that never fails, and the sum of a time and a duration has to be one.
  return typeof seconds === 'number' && seconds >= 0 && seconds <= longestSeconds ? seconds : undefined
}

function secondsOfText(duration: string): number {
  const [, amount, unit = ''] = form.exec(duration) ?? []
  return Number(amount) * (unitSeconds.get(unit.toLowerCase()) ?? Number.NaN)
}
