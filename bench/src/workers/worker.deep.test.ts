import { expect, test } from 'vitest'
import { nodeMajor, runtimes } from './runtimes.js'

test('Node 24 is measured beside the Node that runs this, each once', () => {
  const majors = runtimes().map(nodeMajor)
  expect(majors[0]).toBe(process.versions.node.split('.')[0])
  expect(new Set(majors).size).toBe(majors.length)
})
