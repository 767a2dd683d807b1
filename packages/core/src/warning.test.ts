import { afterEach, expect, test, vi } from 'vitest'
import { warn } from './warning.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const cloudflare = { userAgent: 'Cloudflare-Workers' }

test.each([
  // It has `process.emitWarning`, which prints nothing.
  {
    title: 'Cloudflare Workers with nodejs_compat',
    navigator: cloudflare,
    process,
    printedBy: 'the console',
  },
  {
    title: 'Cloudflare Workers without',
    navigator: cloudflare,
    process: undefined,
    printedBy: 'the console',
  },
  { title: 'Node 24', navigator: { userAgent: 'Node.js/24' }, process, printedBy: 'the process' },
  { title: 'Node 20', navigator: undefined, process, printedBy: 'the process' },
  { title: 'an incomplete process', navigator: undefined, process: {}, printedBy: 'the console' },
  { title: 'no process', navigator: undefined, process: undefined, printedBy: 'the console' },
])('a warning is printed by $printedBy: $title', ({ printedBy, ...globals }) => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const consoleWarn = vi.spyOn(console, 'warn').mockReturnValue()
  vi.stubGlobal('navigator', globals.navigator)
  vi.stubGlobal('process', globals.process)
  warn('something is wrong', 'SB_EXAMPLE')
  vi.unstubAllGlobals()
  const byProcess = printedBy === 'the process'
  expect(emitWarning.mock.calls).toEqual(
    byProcess ? [['something is wrong', { type: 'SealbearerWarning', code: 'SB_EXAMPLE' }]] : [],
  )
  expect(consoleWarn.mock.calls).toEqual(byProcess ? [] : [['SealbearerWarning: something is wrong']])
})
