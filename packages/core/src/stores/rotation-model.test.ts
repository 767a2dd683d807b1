import { expect, test } from 'vitest'
import { type RotationResult, recordVersion, rotate, type SessionRecord, use } from './rotation.js'

/*
 * An exhaustive model of rotation: every order of events between a server, a client (the victim) and a thief with a
 * copy of the client's refresh token. It runs the rule itself, beside the rules that are in use elsewhere.
 */

const tick = 1000
const window = tick
/** The victim renews at least every three ticks, which is longer than the window. */
const renewsEvery = 3
/** Ages beyond this are alike: the window is over. */
const oldest = 4

const first: SessionRecord = {
  ...{
    version: recordVersion,
    subject: '',
    sid: '',
    sub: '',
    secretHash: '',
    confirmation: null,
    content: '',
  },
  ...{ current: 1, previous: 0, rotatedAt: -oldest * tick, seen: true },
  ...{ startedAt: 0, renewedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER, validUntil: Number.MAX_SAFE_INTEGER },
}

/** What one presentation of a refresh token brings, or `undefined` when the session has ended. */
interface Answer {
  readonly record: SessionRecord
  readonly refresh: number | undefined
  readonly access: number
}

interface Rule {
  readonly title: string
  present(record: SessionRecord, generation: number, now: number): Answer | undefined
  /** An access token is used; `undefined` ends the session. */
  use(record: SessionRecord, generation: number, now: number): SessionRecord | undefined
}

const asked = (generation: number) => ({
  ...{ generation, window, idle: Number.MAX_SAFE_INTEGER, secretHash: '', confirmation: null },
})

function answerOf(result: RotationResult, generation: number): Answer | undefined {
  if (result.outcome === 'refused' || result.outcome === 'reuse') return undefined
  const { record, outcome } = result
  return outcome === 'repeated'
    ? { record, refresh: undefined, access: generation }
    : { record, refresh: record.current, access: record.current }
}

const ours: Rule = {
  title: 'this rule',
  present: (record, generation, now) => answerOf(rotate(record, asked(generation), now), generation),
  use(record, generation, now) {
    const result = use(record, generation, now)
    return result.outcome === 'reuse' || result.outcome === 'refused' ? undefined : result.record
  },
}

/** In the window, the same successor again, for whoever asks. */
const sameSuccessor = (rule: Rule, title: string): Rule => ({
  ...rule,
  title,
  present(record, generation, now) {
    const answer = rule.present(record, generation, now)
    if (!answer || answer.refresh !== undefined) return answer
    return { record, refresh: record.current, access: record.current }
  },
})

/** What happens to the previous token after the window is decided by `lost`, whether or not its successor was seen. */
const afterWindow = (title: string, lost: (record: SessionRecord) => Answer | undefined): Rule => ({
  ...ours,
  title,
  present(record, generation, now) {
    const isLate = generation === record.previous && now - record.rotatedAt > window
    return isLate ? lost(record) : ours.present(record, generation, now)
  },
})

const strict = afterWindow('access token alone in the window, theft after it', () => undefined)
const resend = afterWindow('the unseen successor again after the window', (record) =>
  record.seen ? undefined : { record, refresh: record.current, access: record.current },
)
const unreported: Rule = { ...ours, use: (record) => record }
const immediate: Rule = {
  ...strict,
  title: 'every second use is theft',
  present: (record, generation, now) =>
    generation === record.current ? ours.present(record, generation, now) : undefined,
}

const rules = [
  immediate,
  sameSuccessor(strict, 'the same successor in the window, theft after it'),
  strict,
  resend,
  sameSuccessor(ours, 'this rule, the same successor in the window'),
  sameSuccessor(unreported, 'the same, and nobody reports what is used'),
  ours,
]

interface World {
  readonly record: SessionRecord
  readonly now: number
  /** The refresh token that the victim has, and the ticks until it must renew. */
  readonly victim: number
  readonly due: number
  /** The refresh and access tokens that the thief has. */
  readonly refresh: readonly number[]
  readonly access: readonly number[]
  readonly ended: boolean
}

/**
 * V the victim renews and uses the answer, L its answer is lost, C two of its requests run in parallel, t the thief
 * renews, T the thief uses an access token, . a tick passes.
 */
type Step = 'V' | 'L' | 'C' | 't' | 'T' | '.'

interface Edge {
  readonly from: string
  readonly to: string
  readonly step: Step
  readonly inWindow: boolean
}

type Place = 'current' | 'previous' | 'displaced' | 'older'

function placeOf({ current, previous }: SessionRecord, generation: number): Place {
  if (generation === current) return 'current'
  if (generation === previous) return 'previous'
  return generation > previous ? 'displaced' : 'older'
}

const ageOf = ({ record, now }: World): number => Math.min((now - record.rotatedAt) / tick, oldest)

/** Worlds that no later step can tell apart have one name. */
function nameOf(world: World): string {
  const { record, victim, due, ended } = world
  const places = (generations: readonly number[], known: readonly Place[]) =>
    known.filter((place) => generations.some((generation) => placeOf(record, generation) === place))
  return JSON.stringify({
    ...{ ended, due, age: ageOf(world), seen: record.seen, victim: placeOf(record, victim) },
    refresh: places(world.refresh, ['current', 'previous', 'displaced']),
    access: places(world.access, ['current', 'displaced']),
  })
}

/** Older refresh tokens only end the session, and older access tokens end by themselves within minutes. */
function forget(world: World): World {
  const kept = (generations: readonly number[], known: readonly Place[]) =>
    generations.filter((generation) => known.includes(placeOf(world.record, generation)))
  return {
    ...world,
    refresh: kept(world.refresh, ['current', 'previous', 'displaced']),
    access: kept(world.access, ['current', 'displaced']),
  }
}

interface Events {
  readonly lost?: boolean
  readonly parallel?: boolean
  readonly thief?: boolean
}

/** Every world that can be reached, and every step between two. */
function explore(rule: Rule, { lost = false, parallel = false, thief = false }: Events) {
  const start: World = {
    ...{ record: first, now: 0, victim: 1, due: renewsEvery, ended: false },
    ...{ refresh: thief ? [1] : [], access: [] },
  }
  const worlds = new Map([[nameOf(start), start]])
  const edges: Edge[] = []
  const queue = [start]

  for (let world = queue.pop(); world; world = queue.pop()) {
    if (world.ended) continue
    const from = world
    const go = (step: Step, change: Partial<World> | undefined): void => {
      const next = forget(change ? { ...from, ...change } : { ...from, ended: true })
      const to = nameOf(next)
      edges.push({ from: nameOf(from), to, step, inWindow: ageOf(from) <= window / tick })
      if (worlds.has(to)) return
      worlds.set(to, next)
      queue.push(next)
    }
    const { record, now, victim } = from
    /** The victim keeps one of the answers, and uses the access tokens of all. */
    const victimUses = (record: SessionRecord, answers: readonly Answer[], kept: number) => {
      const used = answers.reduce<SessionRecord | undefined>(
        (known, { access }) => known && rule.use(known, access, now),
        record,
      )
      return used && { record: used, victim: kept, due: renewsEvery }
    }

    const answer = rule.present(record, victim, now)
    go('V', answer && victimUses(answer.record, [answer], answer.refresh ?? victim))
    if (lost) go('L', answer && { record: answer.record, due: renewsEvery })
    if (parallel) {
      const second = answer && rule.present(answer.record, victim, now)
      if (!answer || !second) go('C', undefined)
      else {
        // Whichever answer arrives last.
        const kept = [answer.refresh ?? second.refresh, second.refresh ?? answer.refresh]
        for (const token of new Set(kept)) {
          go('C', victimUses(second.record, [answer, second], token ?? victim))
        }
      }
    }
    for (const token of from.refresh) {
      const stolen = rule.present(record, token, now)
      const refresh = stolen?.refresh === undefined ? from.refresh : [...from.refresh, stolen.refresh]
      go('t', stolen && { record: stolen.record, refresh, access: [...from.access, stolen.access] })
    }
    for (const token of from.access) {
      const used = rule.use(record, token, now)
      go('T', used && { record: used })
    }
    if (from.due > 0) go('.', { now: now + tick, due: from.due - 1 })
  }
  return { worlds, edges }
}

const logsOut = (rule: Rule, events: Events): boolean =>
  [...explore(rule, events).worlds.values()].some(({ ended }) => ended)

/** Whether some loop has the victim renewing, the thief using access tokens, and time passing. */
function livesOn(edges: readonly Edge[]): boolean {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to))
  const reached = new Map<string, ReadonlySet<string>>()
  const reach = (from: string): ReadonlySet<string> => {
    const known = reached.get(from)
    if (known) return known
    const found = new Set<string>()
    const queue = [from]
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      for (const to of next.get(name) ?? []) {
        if (found.has(to)) continue
        found.add(to)
        queue.push(to)
      }
    }
    reached.set(from, found)
    return found
  }
  return edges.some(({ from, to }) => {
    const steps = edges
      .filter((edge) => reach(to).has(edge.from) && reach(edge.to).has(from))
      .map(({ step }) => step)
    return reach(to).has(from) && (['V', 'T', '.'] as const).every((step) => steps.includes(step))
  })
}

function thiefBeside(rule: Rule): 'always' | 'inside windows' | 'never' {
  const { edges } = explore(rule, { thief: true })
  if (!livesOn(edges)) return 'never'
  const outside = edges.filter(({ step, inWindow }) => !inWindow || (step !== 'V' && step !== 't'))
  return livesOn(outside) ? 'always' : 'inside windows'
}

const yes = (value: boolean): string => (value ? 'yes' : 'no')

test('the rule logs no honest client out, and no thief lives on beside the victim', {
  timeout: 60_000,
}, () => {
  const compared = rules.map((rule) => ({
    rule: rule.title,
    'lost answer logs out': yes(logsOut(rule, { lost: true })),
    'parallel requests log out': yes(logsOut(rule, { parallel: true })),
    'both together': yes(logsOut(rule, { lost: true, parallel: true })),
    'thief lives on beside the victim': thiefBeside(rule),
    worlds: explore(rule, { lost: true, parallel: true, thief: true }).worlds.size,
  }))
  console.table(compared)
  const columns = compared.map((row) => Object.values(row).slice(0, 5))
  expect(columns).toEqual([
    ['every second use is theft', 'yes', 'yes', 'yes', 'never'],
    ['the same successor in the window, theft after it', 'yes', 'no', 'yes', 'inside windows'],
    ['access token alone in the window, theft after it', 'yes', 'no', 'yes', 'never'],
    ['the unseen successor again after the window', 'no', 'no', 'no', 'always'],
    ['this rule, the same successor in the window', 'no', 'no', 'no', 'inside windows'],
    ['the same, and nobody reports what is used', 'no', 'no', 'no', 'inside windows'],
    ['this rule', 'no', 'no', 'no', 'never'],
  ])
})
