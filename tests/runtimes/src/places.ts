import { fileURLToPath } from 'node:url'

/** This package, from `src` and from `dist` alike. */
export const own: string = fileURLToPath(new URL('../', import.meta.url))
export const root: string = fileURLToPath(new URL('../../../', import.meta.url))
export const tests: string = fileURLToPath(new URL('../../', import.meta.url))
export const packages: string = fileURLToPath(new URL('../../../packages/', import.meta.url))
