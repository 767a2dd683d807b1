import { readFileSync } from 'node:fs'

/** Reads a file of `fixtures/`. A separate file, so that a bundle can include the fixtures. */
export const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')
