/** Sends one command, such as `['GET', 'key']`, and resolves with the reply. */
export type RedisCommand = (command: string[]) => Promise<unknown>

/** A client, cluster or pool of `ioredis` or `iovalkey`. */
interface CallingClient {
  call(command: string, ...args: string[]): Promise<unknown>
}

/** A client, pool, cluster or sentinel of `redis`; the parameters of `sendCommand` differ. */
interface SendingClient {
  sendCommand(...args: never[]): Promise<unknown>
}

/** Any client that can send commands. */
export type RedisClient = RedisCommand | CallingClient | SendingClient

type SendCommand = (...args: readonly unknown[]) => Promise<unknown>

/** The key of a script is its fourth word; other commands of this package have no key. */
const keyOf = (command: readonly string[]): string | undefined =>
  command[0] === 'EVALSHA' || command[0] === 'EVAL' ? command[3] : undefined

/** How commands are sent by each kind of client, which is recognized by a method that only it has. */
const kinds: readonly {
  readonly has: string
  readonly command: (client: object) => RedisCommand
}[] = [
  {
    has: 'call',
    // `commandOption` has checked that it has the method.
    command:
      (client) =>
      async ([name = '', ...args]) =>
        (client as CallingClient).call(name, ...args),
  },
  {
    has: 'nodeClient',
    command: (client) => (command) => sendWith(client)(keyOf(command), false, command),
  },
  { has: 'getMasterNode', command: (client) => (command) => sendWith(client)(false, command) },
  { has: 'sendCommand', command: (client) => (command) => sendWith(client)(command) },
]

/** All clients of `redis` have the method; its parameters depend on the kind. */
const sendWith = (client: object): SendCommand =>
  (client as { readonly sendCommand: SendCommand }).sendCommand.bind(client)

/** States of `ioredis` in which it keeps commands; in `wait`, the first one connects it. */
const offlineStates: readonly unknown[] = ['connecting', 'connect', 'close', 'reconnecting']

/** Whether a client keeps commands, without a limit, until it is connected. */
function isOffline(client: object): boolean {
  const { status, isOpen, isReady }: { status?: unknown; isOpen?: unknown; isReady?: unknown } = client
  return offlineStates.includes(status) || (isOpen === true && isReady === false)
}

/** Milliseconds between two looks at a client. */
const interval = 20

/** Sends each command when the client is connected, or never. */
function whenOnline(client: object, command: RedisCommand, seconds: number): RedisCommand {
  /** One timer for all commands that wait. */
  let next: Promise<void> | undefined
  const nextLook = (): Promise<void> => {
    next ??= new Promise<void>((resolve) => {
      setTimeout(resolve, interval).unref()
    }).finally(() => {
      next = undefined
    })
    return next
  }
  return async (words) => {
    // Before the operation fails: what is sent afterwards does nothing.
    const deadline = performance.now() + seconds * 1000 - interval
    while (isOffline(client)) {
      await nextLook()
      if (performance.now() >= deadline) throw new Error('the client is not connected')
    }
    return command(words)
  }
}

/**
 * Returns a function that sends commands with any client.
 *
 * @param seconds How long a command waits for a connection.
 * @throws {TypeError}
 */
export function commandOption(client: RedisClient, seconds: number): RedisCommand {
  if (typeof client === 'function') return client
  const methods = Object(client)
  const kind = kinds.find(({ has }) => typeof Reflect.get(methods, has) === 'function')
  if (kind === undefined) {
    throw new TypeError(
      'client: must be a client of redis, ioredis or iovalkey, or a function of a command such as ["GET", "key"]',
    )
  }
  return whenOnline(client, kind.command(client), seconds)
}
