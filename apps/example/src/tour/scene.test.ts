import { describe, expect, test } from 'vitest'
import { drawScenes } from './draw-scenes.js'
import { countAnswers, countExpected, isAsExpected, type Scene } from './scene.js'

describe('a scene', () => {
  const answers = { fastify: [200], koa: [200, 200], hono: [200], express: [200] }
  const scene: Scene = { title: 'a scene', expected: 200, answers }

  test('is as expected when every answer is', () => {
    expect(isAsExpected(scene)).toBe(true)
    expect([countExpected(scene), countAnswers(scene)]).toEqual([5, 5])
    expect(drawScenes('', [scene])).toMatch(/a scene +200 +200 × 2 +200 +200\n/)
  })

  test.each([
    { title: 'one wrong answer', hono: [503], drawn: /200 × 2 +503! +200\n/ },
    { title: 'one wrong among many', hono: [200, 503, 200], drawn: /200 × 2 +2 of 3! +200\n/ },
    { title: 'no answer', hono: [], drawn: /200 × 2 +\?! +200\n/ },
  ])('is not with $title', ({ hono, drawn }) => {
    const bad = { ...scene, answers: { ...answers, hono } }
    expect(isAsExpected(bad)).toBe(false)
    expect(drawScenes('', [bad])).toMatch(drawn)
  })
})
