import { createHash } from 'node:crypto'
import { isSealbearerError, SealbearerError } from '@sealbearer/core'
import { createDeadlines, TooLate, withinTime } from '@sealbearer/core/internal'
import type { RedisCommand } from './command.js'

/** A Lua script of one operation. It has a `key`, the time `now` in milliseconds, and its arguments from `ARGV[3]` on. */
export interface Script {
  readonly text: string
  /** Its SHA-1, by which Redis identifies it. */
  readonly sha: string
}

/** Runs operations, each as one atomic step on one key, and none after its time limit. */
export interface Engine {
  /**
   * Runs a script, and resolves with the texts it returns.
   *
   * @param now Milliseconds since the epoch; `undefined` for the clock of Redis.
   * @throws {SealbearerError} `SB_STORE_UNAVAILABLE`; `SB_STORE_VERSION` if the script returns `version`.
   */
  run(
    script: Script,
    key: string,
    now: number | undefined,
    ...args: readonly string[]
  ): Promise<readonly string[]>
  /** Rejects later operations. */
  close(): void
}

/** Without a deadline, the clock of Redis is unknown to the process, and the reply tells it. */
const clock = `
local function whole(number) return string.format('%.0f', number) end
local key, now, deadline = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local redisNow = time[1] * 1000 + math.floor(time[2] / 1000)
if not deadline or deadline <= redisNow then return { 'late', whole(redisNow) } end
now = now or redisNow
`

export function defineScript(body: string): Script {
  const text = clock + body
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** @param seconds Time limit of an operation. */
export function createEngine(command: RedisCommand, seconds: number): Engine {
  let isClosed = false
  const inTime = createDeadlines(seconds, late)

  async function evaluate(script: Script, args: readonly string[]): Promise<unknown> {
    try {
      return await command(['EVALSHA', script.sha, '1', ...args])
    } catch (error) {
      // A server that was restarted, flushed or promoted does not know the script.
      if (errorCodeOf(error) !== 'NOSCRIPT') throw error
      return command(['EVAL', script.text, '1', ...args])
    }
  }

  async function texts(script: Script, args: readonly string[]): Promise<readonly string[] | TooLate> {
    const reply = await evaluate(script, args)
    if (!Array.isArray(reply)) throw unavailable('reply')
    const [outcome, storeTime] = reply
    return outcome === 'late' ? new TooLate(Number(storeTime)) : reply.map(String)
  }

  return {
    async run(script, key, now, ...args) {
      if (isClosed) throw unavailable('closed')
      const send = (deadline: number | undefined) =>
        texts(script, [key, timeText(now), timeText(deadline), ...args])
      let reply: readonly string[]
      try {
        reply = await withinTime(seconds, late, () => inTime(send))
      } catch (error) {
        // The client's own error can contain the command.
        throw isSealbearerError(error) ? error : unavailable(errorCodeOf(error))
      }
      if (reply[0] === 'version') throw new SealbearerError('SB_STORE_VERSION')
      return reply
    },
    close() {
      isClosed = true
    },
  }
}

const timeText = (time: number | undefined): string => (time === undefined ? '' : String(time))

const unavailable = (parameter?: string): SealbearerError =>
  new SealbearerError('SB_STORE_UNAVAILABLE', parameter)

const late = (): SealbearerError => unavailable('timeout')

/** Redis begins its errors with a code, such as `OOM`; Node.js has them beside the message. */
function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const [code] = /^[A-Z]{2,20}\b/.exec(error.message) ?? []
  if (code !== undefined) return code
  return 'code' in error && typeof error.code === 'string'
    ? /^[A-Z_]{2,40}$/.exec(error.code)?.[0]
    : undefined
}
