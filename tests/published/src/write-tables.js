// Writes the tables that are made of source into the READMEs.
import { readFileSync, writeFileSync } from 'node:fs'
import { tables, withTable } from './tables.js'

for (const { name, file, make } of tables) {
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), name, make()))
}
