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

/** Says the duration in seconds, or `undefined` when it is none: negative, not finite or not understood. */
export function parseDuration(duration: unknown): number | undefined {
  const seconds = typeof duration === 'string' ? secondsOfText(duration) : duration
  // Digits enough make infinity, and a tolerance without end would be a check that never fails.
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}

function secondsOfText(duration: string): number {
  const [, amount, unit = ''] = form.exec(duration) ?? []
  return Number(amount) * (unitSeconds.get(unit.toLowerCase()) ?? Number.NaN)
}
