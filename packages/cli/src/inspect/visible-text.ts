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
