import { expect, test } from 'vitest'
import { casesOf } from './all-cases.js'
import { postQuantumAlgorithms } from './post-quantum-cases.js'

test('every contender of every case does the whole work and takes no forgery', async () => {
  const proven: string[] = []
  for (const make of casesOf(2)) {
    const { name, prove } = await make()
    await prove()
    proven.push(name)
  }
  // Verifying and issuing with each.
  expect(new Set(proven).size).toBe(33 + 2 * postQuantumAlgorithms.length)
})

test('a case is measured one at a time and many at once, a value for each round', async () => {
  const [make] = casesOf(2)
  const { contenders } = (await (await make?.())?.measure({ rounds: 2, slice: 0.01, warmUp: 0.01 })) ?? {}
  expect(contenders?.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['raw', 'sealbearer', 'fast-jwt']),
  )
  for (const { sequential, together } of contenders ?? []) {
    for (const values of [sequential.wall, together.wall]) {
      expect(values).toHaveLength(2)
      for (const value of values) expect(value).toBeGreaterThan(0)
    }
  }
})
