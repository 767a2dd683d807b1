import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Someone who can log in. */
export interface User {
  readonly username: string
  readonly email: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
}

/** The demo's users, and their passwords in plain text, to be printed: for a demo only. */
export interface DemoUsers {
  readonly passwords: ReadonlyMap<string, string>
  find(username: string): User | undefined
  /** Finds the user with this password, in the same time for an unknown name. */
  logIn(username: string, password: string): Promise<User | undefined>
}

const users: readonly User[] = [
  {
    username: 'ada',
    email: 'ada@example.test',
    roles: ['admin'],
    scopes: ['orders:read', 'orders:write'],
  },
  {
    username: 'ben',
    email: 'ben@example.test',
    roles: ['user'],
    scopes: ['orders:read', 'orders:write'],
  },
]

const digest = promisify<string, Buffer, number, Buffer>(scrypt)

/** Generates passwords, and stores salted digests, as a user table does. */
export async function createDemoUsers(): Promise<DemoUsers> {
  const passwords = new Map(users.map(({ username }) => [username, `demo-${randomBytes(4).toString('hex')}`]))
  const salt = randomBytes(16)
  const accounts = new Map(
    await Promise.all(
      users.map(
        async (user) =>
          [
            user.username,
            { user, stored: await digest(passwords.get(user.username) ?? '', salt, 32) },
          ] as const,
      ),
    ),
  )
  const unknownUser = randomBytes(32)
  return {
    passwords,
    find: (username) => accounts.get(username)?.user,
    async logIn(username, password) {
      const account = accounts.get(username)
      const matches = timingSafeEqual(await digest(password, salt, 32), account?.stored ?? unknownUser)
      return matches ? account?.user : undefined
    },
  }
}
