import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { AnswerOf, InputOf, Question } from './answers.js'
import { pinnedTo } from './cores.js'
import type { Runtime } from './runtimes.js'

const entry = fileURLToPath(new URL('main.js', import.meta.url))

interface Pending {
  /** The answer has the type of its question, which only the caller knows. */
  resolve(answer: unknown): void
  reject(error: Error): void
}

interface Answered {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

/** Where a worker runs. */
interface WorkerOptions {
  readonly runtime: Runtime
  readonly core?: number
  readonly execArgv?: readonly string[]
}

/** A process that answers questions, under one of the runtimes. */
export class Worker {
  readonly #process: ChildProcess
  readonly #pending = new Map<number, Pending>()
  #asked = 0

  constructor({ runtime, core, execArgv = [] }: WorkerOptions) {
    const [execPath = runtime.path, ...before] = [...pinnedTo(core), runtime.path]
    this.#process = fork(entry, {
      execPath,
      execArgv: [...before, ...execArgv],
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#process.on('message', ({ id, answer, error }: Answered) => {
      const pending = this.#pending.get(id)
      this.#pending.delete(id)
      if (error === undefined) pending?.resolve(answer)
      else pending?.reject(new Error(error))
    })
    const gone = (reason: unknown): void => {
      for (const { reject } of this.#pending.values()) reject(new Error(`the worker ended: ${reason}`))
      this.#pending.clear()
    }
    this.#process.on('exit', (code, signal) => gone(signal ?? code))
    this.#process.on('error', gone)
  }

  ask<Q extends Question>(question: Q, input: InputOf<Q>): Promise<AnswerOf<Q>> {
    const id = this.#asked++
    return new Promise((resolve, reject) => {
      // A worker answers a question by the handler of that name.
      this.#pending.set(id, { resolve: (answer) => resolve(answer as AnswerOf<Q>), reject })
      this.#process.send({ id, question, input }, (error) => error && reject(error))
    })
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exit = once(this.#process, 'exit')
    if (this.#process.connected) this.#process.disconnect()
    else this.#process.kill()
    await exit
  }
}

/** Has a worker of its own answer a question. */
export async function askOnce<Q extends Question>(
  options: WorkerOptions,
  question: Q,
  input: InputOf<Q>,
): Promise<AnswerOf<Q>> {
  const worker = new Worker(options)
  try {
    return await worker.ask(question, input)
  } finally {
    await worker.stop()
  }
}
