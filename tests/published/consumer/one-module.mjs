import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
for (const name of process.argv.slice(2)) {
  const required = require(name)
  const imported = await import(name)
  assert.ok(Object.keys(imported).length > 0, `${name} exports nothing`)
  for (const key of Object.keys(imported)) assert.equal(required[key], imported[key], `${name}: ${key}`)
}
console.log('one module each')
