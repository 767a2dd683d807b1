import { engine } from '#crypto'

const encoder = new TextEncoder()

/**
 * Copies text that is to be remembered. Runtimes cut text out by pointing into the whole: a remembered
 * segment would keep its token in memory, and a token out of a cookie all the other cookies.
 */
export const standaloneCopy = (text: string): string => engine.decodeUtf8(encoder.encode(text)) ?? text
