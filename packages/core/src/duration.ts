/** Seconds, or text such as `'15m'`, `'2 hours'`, `'7d'`. */
export type Duration = number | string

const form = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i

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
  if (typeof duration === 'number') return Number.isFinite(duration) && duration >= 0 ? duration : undefined
  if (typeof duration !== 'string') return undefined
  const [, amount, unit] = form.exec(duration) ?? []
  const seconds = unit === undefined ? undefined : unitSeconds.get(unit.toLowerCase())
  return seconds === undefined ? undefined : Number(amount) * seconds
}
