import { expect, test } from 'vitest'
import { paddingDecoys } from './rsa-oaep.js'

test('has decoys: one that decrypts, and one whose padding is wrong', () => {
  const { good, bad } = paddingDecoys()
  for (let round = 0; round < 3; round++) {
    expect(good()).toHaveLength(0)
    expect(() => bad()).toThrow()
  }
})
