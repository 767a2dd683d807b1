import { readFileSync } from 'node:fs'

/** Reads a file of `fixtures/`. Alone, so that a bundle can have the files in it. */
export const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8')
