import { FetchFailure } from './fetch-json.js'

const firstPauseMilliseconds = 100

const mayPass = ({ reason, status = 0 }: FetchFailure): boolean =>
  reason === 'network' || (reason === 'status' && (status >= 500 || status === 429))

/**
 * Tries again, after a short pause that grows and varies, where a failure may pass by itself.
 *
 * @param seconds For all of it.
 * @param attempt Takes the seconds that are left.
 * @throws {FetchFailure} of the last attempt.
 */
export async function withRetries<T>(
  seconds: number,
  retries: number,
  attempt: (secondsLeft: number) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000
  for (let failures = 0; ; failures++) {
    try {
      return await attempt((deadline - performance.now()) / 1000)
    } catch (error) {
      const pause = firstPauseMilliseconds * 2 ** failures * (0.5 + Math.random())
      const isLast = failures >= retries || performance.now() + pause >= deadline
      if (isLast || !(error instanceof FetchFailure) || !mayPass(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
