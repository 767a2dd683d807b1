import type { Layer } from '#inspect/open-token.js'
import { visibleLines } from '#inspect/visible-text.js'
import { element } from './element.js'
import { longText, membersView } from './members-view.js'

const part = (title: string, ...content: readonly Node[]): HTMLElement =>
  element('div', { class: 'part' }, element('h4', {}, title), ...content)

const line = (text: string, kind = ''): HTMLElement => element('p', kind === '' ? {} : { class: kind }, text)

/** Why each key failed. */
function reasonsView({ trial }: Layer): readonly Node[] {
  const reasons = trial?.outcome === 'wrong key' ? trial.reasons : []
  return reasons.length === 0
    ? []
    : [
        element(
          'ul',
          { class: 'reasons' },
          ...reasons.slice(0, 20).map((reason) => element('li', {}, longText(visibleLines(reason)))),
        ),
      ]
}

function signatureLine({ token: { bytes }, trial }: Layer): HTMLElement {
  const size = bytes['signature'] ?? 0
  if (trial?.outcome === 'verified') return line(`${size} bytes, valid under the key: ${trial.key}.`, 'good')
  if (size === 0) return line('None: nothing shows who made the token.')
  return line(`${size} bytes, not verified. Verified with the key, it proves who made the token.`)
}

function postcard(layer: Layer): HTMLElement {
  const { protectedHeader, claims } = layer.token
  const isValid = layer.trial?.outcome === 'verified'
  return element(
    'article',
    { class: `postcard${isValid ? ' valid' : ''}` },
    element('h3', {}, 'Postcard', element('span', {}, 'a signed token: anyone who holds it can read it')),
    part('Header', membersView(protectedHeader)),
    part('Claims', membersView(claims)),
    part('Signature', signatureLine(layer), ...reasonsView(layer)),
  )
}

function sealed({ token: { bytes } }: Layer): HTMLElement {
  const key = bytes['encrypted key'] ?? 0
  return element(
    'div',
    { class: 'sealed' },
    line(`${bytes['ciphertext']} bytes that only the holder of the key can read`),
    ...(key === 0 ? [] : [line(`with their key, ${key} bytes, encrypted to its holder`)]),
  )
}

function envelope(layer: Layer, inner: Layer | undefined): HTMLElement {
  const { protectedHeader, claims, bytes } = layer.token
  const isOpen = layer.trial?.outcome === 'decrypted'
  const content =
    inner !== undefined
      ? [postcard(inner)]
      : claims !== undefined
        ? [part('Claims', membersView(claims))]
        : [
            element(
              'pre',
              { tabindex: '0', 'aria-label': 'Content' },
              longText(visibleLines(layer.content ?? '')),
            ),
          ]
  return element(
    'article',
    { class: `envelope${isOpen ? ' open' : ''}` },
    element(
      'h3',
      {},
      'Envelope',
      element('span', {}, 'an encrypted token: its header is written on the outside'),
    ),
    part('Header, for anyone to read', membersView(protectedHeader)),
    part(
      isOpen ? `Inside, decrypted with the key: ${layer.trial?.key}` : 'Inside',
      ...(isOpen ? content : [sealed(layer), ...reasonsView(layer)]),
    ),
    part('Authentication tag', line(`${bytes['authentication tag']} bytes. Fails if anything was changed.`)),
  )
}

/** Draws a token: a postcard, an envelope, or the postcard in the envelope. */
export function tokenView([outer, inner]: readonly Layer[]): HTMLElement {
  if (outer === undefined) return element('div')
  return outer.token.form === 'signed' ? postcard(outer) : envelope(outer, inner)
}
