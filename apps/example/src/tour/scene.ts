import { type Example, type Framework, frameworkNames } from '../example.js'

/** One thing that happens, and the statuses that each server answers with. */
export interface Scene {
  readonly title: string
  readonly expected: 200 | 401 | 403
  readonly answers: Readonly<Record<Framework, readonly number[]>>
  /** What else there is to say. */
  readonly note?: string
}

/** How many of a scene's answers, of one server or of all, are the expected ones. */
export const countExpected = (
  { answers, expected }: Scene,
  names: readonly Framework[] = frameworkNames,
): number => names.flatMap((name) => answers[name]).filter((status) => status === expected).length

/** How many answers a scene has, of one server or of all. */
export const countAnswers = ({ answers }: Scene, names: readonly Framework[] = frameworkNames): number =>
  names.flatMap((name) => answers[name]).length

/** Whether every server answered, and as it had to. */
export const isAsExpected = (scene: Scene): boolean =>
  frameworkNames.every((name) => scene.answers[name].length > 0) &&
  countExpected(scene) === countAnswers(scene)

/** Presents a token to every server. */
export async function askAll(
  { servers }: Example,
  token: string,
  path = '/me',
): Promise<Record<Framework, number>> {
  const ask = async (framework: Framework): Promise<number> => {
    const response = await fetch(servers[framework].url + path, {
      headers: { Authorization: `Bearer ${token}` },
    })
    await response.arrayBuffer()
    return response.status
  }
  const [fastify, koa, hono, express] = await Promise.all([
    ask('fastify'),
    ask('koa'),
    ask('hono'),
    ask('express'),
  ])
  return { fastify, koa, hono, express }
}

/** Presents one token to every server, once. */
export async function scene(
  example: Example,
  title: string,
  expected: Scene['expected'],
  token: string,
  path?: string,
): Promise<Scene> {
  const { fastify, koa, hono, express } = await askAll(example, token, path)
  return { title, expected, answers: { fastify: [fastify], koa: [koa], hono: [hono], express: [express] } }
}
