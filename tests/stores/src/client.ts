import type { Request } from './schedule.js'
import { type Result, type World, windowLength } from './world.js'

interface Late {
  readonly result: Result
  readonly askedAt: number
}

/** A client that keeps the rules: it waits for an answer no longer than the window, and takes none afterwards. */
export interface Client {
  readonly refresh: string
  /** Renews by several requests at once. @returns whether it is still logged in. */
  renew(requests: readonly Request[]): Promise<boolean>
  /** Uses the newest access token that it has. @returns whether it is still logged in. */
  use(process: number): Promise<boolean>
  receive(): void
  /** Forgets what it waits for. */
  forget(): void
}

export function createClient(world: World): Client {
  let { refresh, access } = world.tokens
  let late: Late[] = []

  function take(result: Result): void {
    if (typeof result === 'string') return
    refresh = result.refreshToken ?? refresh
    access = result.accessToken
  }

  return {
    get refresh() {
      return refresh
    },
    async renew(requests) {
      const presented = refresh
      const askedAt = world.now()
      const results = await Promise.all(
        requests.map(({ process, crash }) => world.renew(process, presented, crash)),
      )
      for (const [i, result] of results.entries()) {
        if (result === 'refused') return false
        const { answer } = requests[i] ?? { answer: 'lost' }
        if (answer === 'arrives') take(result)
        else if (answer === 'late') late.push({ result, askedAt })
      }
      return true
    },
    use: async (process) => (await world.use(process, access)) !== 'refused',
    receive() {
      for (const { result, askedAt } of late) if (world.now() - askedAt <= windowLength) take(result)
      late = []
    },
    forget() {
      late = []
    },
  }
}

/** Someone with copies of tokens. */
export interface Thief {
  steal(refresh: string): void
  /** Tries one of its tokens. @returns whether it got a new access token, and used it. */
  act(token: number, process: number, uses: boolean): Promise<boolean>
}

export function createThief(world: World): Thief {
  const tokens: string[] = []
  return {
    steal: (refresh) => void tokens.push(refresh),
    async act(token, process, uses) {
      const refresh = tokens[token % (tokens.length || 1)]
      if (refresh === undefined) return false
      const result = await world.renew(process, refresh)
      if (typeof result === 'string') return false
      if (result.refreshToken !== undefined) tokens.push(result.refreshToken)
      return uses && (await world.use(process, result.accessToken)) === 'accepted'
    },
  }
}
