import { createHash } from 'node:crypto'
import { isSealbearerError, SealbearerError } from '@sealbearer/core'
import { withinTime } from '@sealbearer/core/internal'
import type { RedisCommand } from './command.js'

/** A Lua script of one operation. Its one key is `KEYS[1]`; `now` is the time in milliseconds. */
export interface Script {
  readonly text: string
  /** Its SHA-1, by which Redis identifies it. */
  readonly sha: string
}

/** Runs operations, each as one atomic step on one key. */
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

const clock = `
local key = KEYS[1]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number) return string.format('%.0f', number) end
`

export function defineScript(body: string): Script {
  const text = clock + body
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** @param seconds Time limit of an operation. */
export function createEngine(command: RedisCommand, seconds: number): Engine {
  let isClosed = false

  async function evaluate(script: Script, args: readonly string[]): Promise<unknown> {
    try {
      return await command(['EVALSHA', script.sha, '1', ...args])
    } catch (error) {
      // A server that was restarted, flushed or promoted does not know the script.
      if (errorCodeOf(error) !== 'NOSCRIPT') throw error
      return command(['EVAL', script.text, '1', ...args])
    }
  }

  return {
    async run(script, key, now, ...args) {
      if (isClosed) throw unavailable('closed')
      const time = now === undefined ? '' : String(now)
      let reply: unknown
      try {
        reply = await withinTime(seconds, late, () => evaluate(script, [key, time, ...args]))
      } catch (error) {
        // The client's own error can contain the command.
        throw isSealbearerError(error) ? error : unavailable(errorCodeOf(error))
      }
      if (!Array.isArray(reply)) throw unavailable('reply')
      const texts = reply.map(String)
      if (texts[0] === 'version') throw new SealbearerError('SB_STORE_VERSION')
      return texts
    },
    close() {
      isClosed = true
    },
  }
}

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
