// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/**
 * Spells out what a terminal would obey (escape sequences) or hide (direction marks): a token comes from
 * anywhere, and must not paint over what is said about it.
 */
export const visibleText = (text: string): string =>
  text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A JSON value on one line. */
export const visibleValue = (value: unknown): string => visibleText(JSON.stringify(value) ?? 'undefined')

/** The same for text of several lines, which stay lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visibleText).join('\n')

/** A JSON value on several lines: the same value to a program that reads it, and no more than text to a terminal. */
export const visibleJson = (value: unknown): string => visibleLines(JSON.stringify(value, undefined, 2))
