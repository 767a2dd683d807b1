import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { withProgress } from './progress.js'

const terminal = (isErrorTerminal: boolean) => {
  let printed = ''
  return {
    printed: () => printed,
    context: {
      env: {},
      readStdin: async () => '',
      lines: async function* () {},
      print: () => {},
      printError: (text: string) => {
        printed += text
      },
      openFile: async () => {},
      isTerminal: false,
      isErrorTerminal,
      hasColours: false,
      columns: 80,
    },
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const erased = '\r\u001b[2K'

test.each([
  {
    title: 'what takes long is named on a terminal, and erased',
    time: 1_000,
    isTerminal: true,
    prints: `\r⠋ making keys …\r⠙ making keys …${erased}`,
  },
  { title: 'what is fast prints nothing', time: 100, isTerminal: true, prints: '' },
  { title: 'nothing goes to a file', time: 1_000, isTerminal: false, prints: '' },
])('$title', async ({ time, isTerminal, prints }) => {
  const { context, printed } = terminal(isTerminal)
  const work = new Promise((resolve) => setTimeout(resolve, time, 'done'))
  const done = withProgress(context, 'making keys', work)
  await vi.advanceTimersByTimeAsync(time)
  expect(await done).toBe('done')
  expect(printed()).toBe(prints)
})

test('it is erased when the work fails', async () => {
  const { context, printed } = terminal(true)
  const work = new Promise((_, reject) => setTimeout(reject, 500, new Error('failed')))
  const done = expect(withProgress(context, 'x', work)).rejects.toThrow('failed')
  await vi.advanceTimersByTimeAsync(500)
  await done
  expect(printed().endsWith(erased)).toBe(true)
})
