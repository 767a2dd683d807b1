import { describe, expect, test } from 'vitest'
import { HeaderMemory } from './trusted-operation.js'

const keys = (generation = 0, use?: () => boolean) => ({
  generation,
  select: () => [],
  ...(use !== undefined && { use }),
})

describe('HeaderMemory', () => {
  test('returns a cached header, and no other', () => {
    const memory = new HeaderMemory<object>(keys())
    const choice = {}
    memory.keep('header', choice, 0)
    expect(memory.get('header')).toBe(choice)
    expect(memory.get('header')).toBe(choice)
    expect(memory.get('Header')).toBeUndefined()
    expect(memory.get('')).toBeUndefined()
    expect(memory.get('header')).toBe(choice)
  })

  test('caches several headers', () => {
    const memory = new HeaderMemory<object>(keys())
    const choices = [{}, {}, {}]
    choices.forEach((choice, i) => {
      memory.keep(`header ${i}`, choice, 0)
    })
    expect(choices.map((_, i) => memory.get(`header ${i}`))).toEqual(choices)
    expect(memory.get('header 0')).toBe(choices[0])
    expect(memory.get('header 1')).toBe(choices[1])
  })

  test('is cleared when a key is removed, and filled again', () => {
    const set = keys()
    const memory = new HeaderMemory<object>(set)
    const [before, after] = [{}, {}]
    memory.keep('header', before, 0)
    expect(memory.get('header')).toBe(before)
    set.generation = 1
    expect(memory.get('header')).toBeUndefined()
    memory.keep('header', after, 1)
    expect(memory.get('header')).toBe(after)
    expect(memory.get('header')).toBe(after)
  })

  test('does not cache a choice from before a key was removed', () => {
    const memory = new HeaderMemory<object>(keys(1))
    memory.keep('header', {}, 0)
    expect(memory.get('header')).toBeUndefined()
  })

  test('calls `use` of a set at each use', () => {
    let usable = true
    let uses = 0
    const memory = new HeaderMemory<object>(
      keys(0, () => {
        uses++
        return usable
      }),
    )
    memory.keep('header', {}, 0)
    expect(memory.get('header')).toBeDefined()
    expect(memory.get('header')).toBeDefined()
    usable = false
    expect(memory.get('header')).toBeUndefined()
    expect(uses).toBe(3)
  })

  test('caches a bounded number of headers', () => {
    const memory = new HeaderMemory<object>(keys())
    for (let i = 0; i < 1000; i++) memory.keep(`header ${i}`, {}, 0)
    const kept = Array.from({ length: 1000 }, (_, i) => memory.get(`header ${i}`)).filter(Boolean)
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThanOrEqual(64)
  })

  test('does not cache very long headers', () => {
    const memory = new HeaderMemory<object>(keys())
    memory.keep('h'.repeat(4_096), {}, 0)
    expect(memory.get('h'.repeat(4_096))).toBeDefined()
    memory.keep('h'.repeat(4_097), {}, 0)
    expect(memory.get('h'.repeat(4_097))).toBeUndefined()
    expect(memory.get('h'.repeat(4_096))).toBeDefined()
  })
})
