import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { metricMembers, spanMembers } from './attributes.js'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

test('the example runs', async () => {
  const code = /^```js\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
  expect(code).toContain('startTelemetry()')
  const folder = new URL('../reports/readme/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const file = new URL('example.mjs', folder)
  await writeFile(file, code)
  await import(file.href)
})

const kinds = Object.keys(metricMembers) as (keyof typeof metricMembers)[]

test.each(kinds)('the table has the attributes of %s', (kind) => {
  const row =
    readme.split('\n').find((line) => line.includes(`\`sealbearer.${kind}.${metricMembers[kind][0]}\``)) ?? ''
  const [, , , both = '', more = ''] = row.split('|')
  const namesIn = (cell: string) =>
    [...cell.matchAll(/`(?:sealbearer\.\w+)?\.(\w+)`/g)].map(([, name]) => name)
  expect(namesIn(both)).toEqual(metricMembers[kind])
  expect(namesIn(more)).toEqual(spanMembers[kind].slice(metricMembers[kind].length))
})
