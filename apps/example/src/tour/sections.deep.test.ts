import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Example, startExample } from '../example.js'
import { listen } from '../listen.js'
import { drawScenes } from './draw-scenes.js'
import { keysOnTheMove } from './keys-on-the-move.js'
import { revocation } from './revocation.js'
import { countExpected, isAsExpected } from './scene.js'
import { sections } from './sections.js'
import { twoIssuers } from './two-issuers.js'

let example: Example
beforeEach(async () => {
  example = await startExample({ firstPort: 0, secureCookie: false })
})
afterEach(() => example.close())

/** Each rotation brings a new key into use; while the endpoint is down, the servers fail to load it. */
const notes = [
  expect.stringMatching(/^key 1, max \d+ ms$/),
  expect.stringMatching(/^key 2, max \d+ ms$/),
  expect.stringMatching(/^key 3, max \d+ ms, \d loads? failed$/),
  expect.stringMatching(/^key 3, max \d+ ms$/),
  expect.stringMatching(/^key 4, max \d+ ms$/),
]

describe.each(sections)('$title', ({ title, play }) => {
  test('goes as expected, and fits into 120 columns', async () => {
    const scenes = await play(example)
    expect(scenes.filter((scene) => !isAsExpected(scene))).toEqual([])
    const lines = drawScenes(title, scenes).split('\n')
    expect(lines.filter((line) => line.length > 120)).toEqual([])
    for (const scene of scenes) expect(lines).toContainEqual(expect.stringContaining(scene.title))
    expect(lines.at(-1)).toMatch(/^ {2}(\d+) of \1 outcomes are the expected ones\.$/)
    if (play === keysOnTheMove) expect(scenes.map(({ note }) => note)).toEqual(notes)
  })
})

test.each([
  { title: 'two issuers', play: twoIssuers, granted: 3 },
  { title: 'a revocation', play: revocation, granted: 3 },
])('$title: a server that lets everybody in is found out', async ({ play, granted }) => {
  const open = await listen(
    createServer((_, response) => response.end('{}')),
    0,
  )
  const scenes = await play({ ...example, servers: { ...example.servers, koa: open } })
  await open.close()
  expect(scenes.filter(isAsExpected)).toHaveLength(granted)
  for (const scene of scenes) expect(countExpected(scene, ['fastify', 'hono', 'express'])).toBe(3)
})

test('a ring that rotates while the servers cannot hear of its keys is found out', async () => {
  await example.policyParts.issuerKeys.refresh()
  example.keyEndpoint.isDown = true
  // The section's own switch leads nowhere, so that the endpoint stays down.
  const keyEndpoint = Object.defineProperty({ isDown: true }, 'isDown', { get: () => true, set: () => {} })
  const scenes = await keysOnTheMove({ ...example, keyEndpoint })
  expect(scenes.map(isAsExpected)).toEqual([true, true, false, false, false])
  // They do not know the new keys, and cannot know whether there are any: that is not the fault of who asks.
  const statuses = new Set(scenes.flatMap(({ answers }) => Object.values(answers).flat()))
  expect(statuses).toEqual(new Set([200, 503]))
})
