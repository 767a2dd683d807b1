import type { Question } from './answers.js'
import { handlers } from './handlers.js'

interface Asked {
  readonly id: number
  readonly question: Question
  /** Whatever the question takes: `Worker.ask` has checked it. */
  readonly input: never
}

/** Answers one question after the other, until whoever asks hangs up. */
process.on('message', async ({ id, question, input }: Asked) => {
  try {
    process.send?.({ id, answer: await handlers[question](input) })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
})
process.on('disconnect', () => process.exit())
