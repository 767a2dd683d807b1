import { setTimeout } from 'node:timers/promises'
import { type Example, type Framework, frameworkNames } from '../example.js'
import { renewalWindow } from '../sessions.js'
import { type CookieJar, createCookieJar } from './cookie-jar.js'
import type { Scene } from './scene.js'

const afterTheWindow = (): Promise<void> => setTimeout(renewalWindow * 1000 + 200)

/** Logs Ben in at a server, and lets his access token expire. */
type LogIn = (framework: Framework) => Promise<CookieJar>

/** The statuses of each server, in the order of the requests. */
type Play = (jar: CookieJar, framework: Framework, logIn: LogIn) => Promise<readonly number[]>

const plays: readonly { readonly title: string; readonly expected: 200 | 401; readonly play: Play }[] = [
  {
    title: 'ten requests at once, the token expired',
    expected: 200,
    play: (jar) => Promise.all(Array.from({ length: 10 }, () => jar.send('/orders'))),
  },
  {
    title: 'the answer with the new token gets lost',
    expected: 200,
    async play(jar) {
      await jar.send('/orders', { lost: true })
      await afterTheWindow()
      return [await jar.send('/orders'), await jar.send('/orders')]
    },
  },
  {
    title: 'a thief comes after, and so does Ben',
    expected: 401,
    async play(jar) {
      const thief = jar.copy()
      await jar.send('/orders')
      await jar.send('/orders') // with the new token: it has arrived
      await afterTheWindow()
      return [await thief.send('/orders'), await jar.send('/orders')]
    },
  },
  {
    title: 'a thief comes first; Ben gives him away',
    expected: 401,
    async play(jar) {
      const thief = jar.copy()
      await thief.send('/orders')
      await thief.send('/orders')
      await afterTheWindow()
      return [await jar.send('/orders'), await thief.send('/orders')]
    },
  },
  {
    title: 'logged out everywhere, on another server',
    expected: 401,
    async play(jar, framework, logIn) {
      await jar.send('/orders') // a token that is good for a quarter of an hour
      const phone = await logIn(neighbourOf(framework))
      await phone.send('/session/logout-everywhere', { method: 'POST' })
      await setTimeout(1500) // Servers follow each other's revocations within about a second.
      return [await jar.send('/orders'), await phone.send('/orders')]
    },
  },
]

const neighbourOf = (framework: Framework): Framework =>
  frameworkNames[(frameworkNames.indexOf(framework) + 1) % frameworkNames.length] ?? framework

/** Sessions in cookies. Each server has its own memory of revocations. */
export async function sessions(example: Example): Promise<readonly Scene[]> {
  const body = { username: 'ben', password: example.users.passwords.get('ben') }
  const logIn: LogIn = async (framework) => {
    const jar = createCookieJar(example, framework)
    await jar.send('/login', { method: 'POST', body })
    jar.expire()
    return jar
  }
  const scenes: Scene[] = []
  for (const { title, expected, play } of plays) {
    const [fastify = [], koa = [], hono = [], express = []] = await Promise.all(
      frameworkNames.map(async (framework) => play(await logIn(framework), framework, logIn)),
    )
    scenes.push({ title, expected, answers: { fastify, koa, hono, express } })
  }
  return scenes
}
