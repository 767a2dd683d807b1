import { inspectToken, tokenIn, whyNoToken } from '#inspect/inspected-token.js'
import { keysIn } from '#inspect/key-text.js'
import { type Layer, openToken } from '#inspect/open-token.js'
import { byId, element } from './element.js'
import { takeFiles } from './files.js'
import { connectMaking } from './making.js'
import { publicHalf } from './public-half.js'
import { resultView } from './result-view.js'

const token = byId('token', HTMLTextAreaElement)
const keys = byId('keys', HTMLTextAreaElement)
const result = byId('result', HTMLElement)
const summary = byId('summary', HTMLElement)
const action = byId('action', HTMLElement)

let latest = 0
/** Updates the shown times. */
let tick: (now: number) => void = () => {}

/** Shows the current input. */
async function show(): Promise<void> {
  const run = ++latest
  tick = () => {}
  const text = tokenIn(token.value)
  if (text === '')
    return showText('empty', 'Paste a token', 'Its form, its claims and what is wrong with it appear here.')
  if (inspectToken(text) === undefined) return showText('bad', 'This is not a token', whyNoToken(text))
  const layers = await openToken(text, keysIn(keys.value))
  // The input has changed meanwhile.
  if (run !== latest) return
  showLayers(layers)
}

function showLayers(layers: readonly Layer[]): void {
  const shown = resultView(layers, Date.now() / 1000)
  result.replaceChildren(...shown.view)
  summary.textContent = shown.summary
  tick = (now) => {
    if (!shown.tick(now)) showLayers(layers)
  }
}

setInterval(() => tick(Date.now() / 1000), 1000)

function showText(kind: string, title: string, text: string): void {
  result.replaceChildren(
    element('div', { class: `conclusion ${kind}` }, element('h2', {}, title), element('p', {}, text)),
  )
  summary.textContent = kind === 'empty' ? '' : `${title}: ${text}`
}

let timer: ReturnType<typeof setTimeout> | undefined
for (const field of [token, keys]) {
  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(show, 150)
  })
}

const copy = async (text: string, what: string): Promise<void> => {
  await navigator.clipboard.writeText(text)
  action.textContent = `${what} copied`
}
byId('copy-keys', HTMLButtonElement).addEventListener('click', () => copy(keys.value, 'Keys'))
byId('copy-public', HTMLButtonElement).addEventListener('click', () =>
  copy(publicHalf(keys.value), 'Public keys'),
)
byId('clear', HTMLButtonElement).addEventListener('click', () => {
  token.value = ''
  keys.value = ''
  void show()
  token.focus()
})

takeFiles(byId('files', HTMLInputElement), byId('drop', HTMLElement), (texts) => {
  for (const text of texts) {
    if (inspectToken(tokenIn(text)) !== undefined) token.value = text.trim()
    else keys.value = `${keys.value.trim()}\n${text.trim()}`.trim()
  }
  action.textContent = texts.length === 1 ? 'One file read' : `${texts.length} files read`
  return show()
})

connectMaking(async (example) => {
  token.value = example.token
  keys.value = example.jwks.map((jwk) => JSON.stringify(jwk)).join('\n')
  await show()
  // On wide screens, the result is beside the form.
  result.focus({ preventScroll: matchMedia('(min-width: 62rem)').matches })
})

void show()
