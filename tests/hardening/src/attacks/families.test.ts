import { expect, test } from 'vitest'
import { families } from './families.js'

/** A line for each family; `vitest -u` writes it anew. */
function listing(): string {
  const lines = families.map(({ name, attacks }) => {
    const codes = [...new Set(attacks.map(({ code }) => `\`${code}\``))].join(', ')
    const sources = [...new Set(attacks.flatMap(({ source }) => source.split(', ')))]
    return `| ${name} | ${attacks.length} | ${codes} | ${sources.join(', ')} |`
  })
  const sum = families.reduce((rows, { attacks }) => rows + attacks.length, 0)
  return `# Attacks

${sum.toLocaleString('en')} rows, which \`attacks.test.ts\` runs through both engines. Each is a token (or a key, or a policy) that must be refused with its code, beside one that
differs from it as little as possible and must be accepted. Nothing in any of them may cause a request.

| family | rows | refused with | after |
| --- | --- | --- | --- |
${lines.join('\n')}
`
}

const all = families.flatMap(({ name, attacks }) => attacks.map((attack) => ({ ...attack, name })))

test('there are at least 250 attacks', () => {
  expect(all.length).toBeGreaterThanOrEqual(250)
})

test('they are listed in the README beside them', async () => {
  await expect(listing()).toMatchFileSnapshot('README.md')
})

test('each says what it is and where it comes from', () => {
  expect(new Set(all.map(({ name, what }) => `${name}: ${what}`)).size).toBe(all.length)
  for (const { source } of all) expect(source).toMatch(/^(CVE-|GHSA-|RFC |OpenID )/)
})
