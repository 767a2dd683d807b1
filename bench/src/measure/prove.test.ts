import { expect, test } from 'vitest'
import type { Contender, Role } from './contender.js'
import { perItem } from './per-item.js'
import { type Evidence, proveReader } from './prove.js'

const evidence: Evidence = {
  good: 'good',
  sub: 'user_1',
  forgeries: [
    { title: 'altered', token: 'altered', needs: 'integrity' },
    { title: 'expired', token: 'expired', needs: 'claims' },
  ],
}

const refusing = (role: Role, ...refused: readonly string[]): Contender<string> =>
  perItem('it', role, async (token) => {
    if (refused.includes(token)) throw new Error('refused')
    return { sub: 'user_1' }
  })

test.each([
  { title: 'one that looks at everything', contender: refusing('peer', 'altered', 'expired') },
  { title: 'a primitive, which knows no claims', contender: refusing('raw', 'altered') },
])('lets $title pass', async ({ contender }) => {
  await expect(proveReader(contender, evidence)).resolves.toBeUndefined()
})

test.each([
  { title: 'takes whatever comes', contender: refusing('peer'), says: 'accepts a token altered' },
  { title: 'looks at no claims', contender: refusing('ours', 'altered'), says: 'accepts a token expired' },
  { title: 'is a primitive and takes all', contender: refusing('raw'), says: 'accepts a token altered' },
  { title: 'refuses the good one', contender: refusing('ours', 'good', 'altered'), says: 'refused' },
  {
    title: 'gives other claims',
    contender: perItem<string>('it', 'peer', () => ({ sub: 'user_2' })),
    says: 'does not give the claims',
  },
])('stops one that $title', async ({ contender, says }) => {
  await expect(proveReader(contender, evidence)).rejects.toThrow(says)
})
