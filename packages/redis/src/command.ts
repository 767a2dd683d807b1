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

/** Returns a function that sends commands with any client. @throws {TypeError} */
export function commandOption(client: RedisClient): RedisCommand {
  if (typeof client === 'function') return client
  const methods = Object(client)
  const kind = kinds.find(({ has }) => typeof Reflect.get(methods, has) === 'function')
  if (kind === undefined) {
    throw new TypeError(
      'client: must be a client of redis, ioredis or iovalkey, or a function of a command such as ["GET", "key"]',
    )
  }
  return kind.command(client)
}
