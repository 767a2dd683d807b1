import type { FetchResponse } from './fetch.js'

/** Bounds within which a provider decides how long its keys are fresh. Seconds. */
export interface FreshnessBounds {
  readonly minAge: number
  readonly maxAge: number
}

/** Where the provider says nothing. */
const unsaidSeconds = 600

/**
 * Says for how long an answer may be used without asking again: `max-age` less the `Age` it had already
 * (RFC 9111 §4.2), within the bounds.
 */
export function freshSeconds(headers: FetchResponse['headers'], { minAge, maxAge }: FreshnessBounds): number {
  return Math.min(Math.max(saidSeconds(headers), minAge), maxAge)
}

function saidSeconds(headers: FetchResponse['headers']): number {
  const directives = (headers.get('cache-control') ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim())
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const ages = directives.flatMap((directive) => /^max-age="?(\d+)"?$/.exec(directive)?.[1] ?? [])
  if (ages.length === 0) return unsaidSeconds
  const age = Number(/^\d+$/.exec(headers.get('age')?.trim() ?? '')?.[0] ?? 0)
  // Of contradicting answers the shorter is the safe one.
  return Math.min(...ages.map(Number)) - age
}
