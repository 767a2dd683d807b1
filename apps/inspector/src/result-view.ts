import { conclusionOf } from '#inspect/conclusion.js'
import { factsOf } from '#inspect/facts.js'
import type { Finding } from '#inspect/finding.js'
import { findingsOfLayers } from '#inspect/findings.js'
import type { Layer } from '#inspect/open-token.js'
import { visibleText } from '#inspect/visible-text.js'
import { element } from './element.js'
import { tokenView } from './layer-view.js'
import { longText } from './members-view.js'

const maxFindings = 50

const findingView = ({ severity, parameter, text, attack }: Finding): HTMLElement =>
  element(
    'li',
    { class: severity },
    element('strong', { class: 'badge' }, severity === 'wrong' ? 'Wrong' : 'Risky'),
    ' ',
    element('code', {}, longText(visibleText(parameter))),
    element('p', {}, text),
    attack !== undefined && element('p', { class: 'attack' }, `An attacker ${attack}.`),
  )

function findingsView(findings: readonly Finding[], title: string): HTMLElement {
  return element(
    'div',
    { class: 'findings' },
    element('h3', {}, title),
    findings.length === 0
      ? element('p', { class: 'good' }, 'Nothing looks wrong.')
      : element('ul', {}, ...findings.slice(0, maxFindings).map(findingView)),
    findings.length > maxFindings &&
      element('p', { class: 'hint' }, `and ${findings.length - maxFindings} more`),
  )
}

/** The view of a token. */
interface ResultView {
  readonly view: readonly Node[]
  /** The same in one sentence. */
  readonly summary: string
  /** Updates the remaining time. @returns whether nothing else has changed. */
  readonly tick: (now: number) => boolean
}

/** Shows everything about a token. */
export function resultView(layers: readonly Layer[], now: number): ResultView {
  const findings = findingsOfLayers(layers, now)
  const { title, kind } = conclusionOf(layers)
  const facts = factsOf(layers, now)
  const wrong = findings.flat().filter(({ severity }) => severity === 'wrong').length
  const risky = findings.flat().length - wrong
  const values = facts.map(({ value }) => element('dd', {}, longText(value)))
  const rows = values.map((value, index) =>
    element('div', {}, element('dt', {}, facts[index]?.name ?? ''), value),
  )
  const titles = layers.length > 1 ? ['Findings outside', 'Findings inside'] : ['Findings']
  const view = [
    element(
      'div',
      { class: `conclusion ${kind}` },
      element('h2', {}, title),
      element('dl', { class: 'facts' }, ...rows),
    ),
    ...findings.map((of, index) => findingsView(of, titles[index] ?? 'Findings')),
    element(
      'div',
      { class: 'picture' },
      element('h2', { class: 'visually-hidden' }, 'The token'),
      tokenView(layers),
    ),
  ]
  let written = facts
  const tick = (later: number): boolean => {
    const current = factsOf(layers, later)
    // Findings are slow for a large token, and change only with the facts.
    if (current.every(({ value }, index) => value === written[index]?.value)) return true
    current.forEach(({ value }, index) => {
      if (value !== written[index]?.value) values[index]?.replaceChildren(longText(value))
    })
    written = current
    return findingsOfLayers(layers, later).flat().length === findings.flat().length
  }
  return { view, summary: `${title}. ${wrong} wrong, ${risky} risky.`, tick }
}
