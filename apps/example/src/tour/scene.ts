import { type Example, type Framework, frameworkNames } from '../example.js'

/** One event, and the statuses of each server's responses. */
export interface Scene {
  readonly title: string
  readonly expected: 200 | 401 | 403
  readonly answers: Readonly<Record<Framework, readonly number[]>>
  /** More about it. */
  readonly note?: string
}

/** The number of expected answers of a scene, of one server or of all. */
export const countExpected = (
  { answers, expected }: Scene,
  names: readonly Framework[] = frameworkNames,
): number => names.flatMap((name) => answers[name]).filter((status) => status === expected).length

/** The number of answers of a scene, of one server or of all. */
export const countAnswers = ({ answers }: Scene, names: readonly Framework[] = frameworkNames): number =>
  names.flatMap((name) => answers[name]).length

/** Whether every server responded as expected. */
export const isAsExpected = (scene: Scene): boolean =>
  frameworkNames.every((name) => scene.answers[name].length > 0) &&
  countExpected(scene) === countAnswers(scene)

/** Sends a token to every server. */
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

/** Sends one token to every server, once. */
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
