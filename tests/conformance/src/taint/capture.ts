import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { format } from 'node:util'
import { describeValue } from './describe-value.js'
import { watchedChannels } from './watched-channels.js'

/** Where something can be said, beside the answer. */
export type Outlet = 'logger' | 'error' | 'console' | 'output' | 'warning' | 'diagnostics'

/** What was said since the last {@link Capture.take}, by outlet. */
export type Said = Readonly<Record<Outlet, readonly string[]>>

/** Listens to all that a process says. */
export interface Capture {
  record(outlet: Outlet, value: unknown): void
  take(): Said
  stop(): void
}

/** Under another name, since nothing here may write to it. */
const { console: watched } = globalThis
const consoleMethods = ['debug', 'dir', 'error', 'info', 'log', 'trace', 'warn'] as const
const streams = ['stdout', 'stderr'] as const

const nothing = (): Record<Outlet, string[]> => ({
  logger: [],
  error: [],
  console: [],
  output: [],
  warning: [],
  diagnostics: [],
})

/** Takes over console, output streams, warnings and diagnostics channels until it is stopped. */
export function startCapture(): Capture {
  let said = nothing()
  const record = (outlet: Outlet, value: unknown): void => {
    said[outlet].push(typeof value === 'string' ? value : describeValue(value))
  }
  const undo: (() => void)[] = []

  for (const method of consoleMethods) {
    const original = watched[method]
    watched[method] = (...args: unknown[]) => {
      record('console', format(...args))
      for (const arg of args) record('console', arg)
    }
    undo.push(() => {
      watched[method] = original
    })
  }
  for (const name of streams) {
    const stream = process[name]
    const original = stream.write
    // Every overload begins with what is written; where it goes afterwards does not matter here.
    stream.write = ((chunk: string | Uint8Array) => {
      record('output', typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
      return true
    }) as typeof original
    undo.push(() => {
      stream.write = original
    })
  }
  const onWarning = (warning: Error): void => record('warning', warning)
  process.on('warning', onWarning)
  undo.push(() => process.off('warning', onWarning))
  for (const { name, read } of watchedChannels) {
    const listener = (message: unknown): void => record('diagnostics', read(message))
    subscribe(name, listener)
    undo.push(() => unsubscribe(name, listener))
  }

  return {
    record,
    take() {
      const taken = said
      said = nothing()
      return taken
    },
    stop() {
      for (const one of undo) one()
    },
  }
}
