import type { Members } from '#inspect/inspected-token.js'
import { visibleText, visibleValue } from '#inspect/visible-text.js'
import { element } from './element.js'

/** Characters. */
const maxLength = 400
const maxRows = 200
const times = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at']

/** Text of any length: the rest of a long one is shown on request. */
export function longText(text: string): Node {
  if (text.length <= maxLength) return document.createTextNode(text)
  const rest = element('button', { type: 'button' }, `Show all ${text.length} characters`)
  const shown = element('span', {}, `${text.slice(0, maxLength)}… `, rest)
  rest.addEventListener('click', () => shown.replaceChildren(text))
  return shown
}

function timeOf(name: string, value: unknown): string | undefined {
  if (!times.includes(name) || typeof value !== 'number') return undefined
  const date = new Date(value * 1000)
  if (Number.isNaN(date.getTime())) return undefined
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** The members of a JSON object, one per row. */
export function membersView(members: Members | undefined): HTMLElement {
  if (members === undefined) return element('p', { class: 'unreadable' }, 'cannot be read')
  const all = Object.entries(members)
  const rows = all.slice(0, maxRows).flatMap(([name, value]) => {
    const time = timeOf(name, value)
    return [
      element('dt', {}, longText(visibleText(name))),
      element(
        'dd',
        {},
        longText(visibleValue(value)),
        time !== undefined && element('span', { class: 'time' }, time),
      ),
    ]
  })
  const list = element('dl', { class: 'members' }, ...rows)
  if (all.length === 0) return element('p', { class: 'unreadable' }, 'empty')
  if (all.length <= maxRows) return list
  return element('div', {}, list, element('p', { class: 'hint' }, `and ${all.length - maxRows} more`))
}
