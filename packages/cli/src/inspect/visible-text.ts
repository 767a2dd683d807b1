const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/**
 * Escapes what a terminal would interpret (escape sequences) or hide (direction marks): a token is untrusted, and
 * must not change the output.
 */
export const visibleText = (text: string): string =>
  text.replace(unsafe, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )

/** Direction marks and letters that nobody sees. Joiners are left out, which emoji and some languages need. */
const misleading = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u

/** Whether text can look like other text. */
export const canMislead = (text: string): boolean => misleading.test(text)

/** A JSON value on one line. */
export const visibleValue = (value: unknown): string => visibleText(JSON.stringify(value) ?? 'undefined')

/** Escapes text of several lines, and keeps the line breaks. */
export const visibleLines = (text: string): string => text.split('\n').map(visibleText).join('\n')

/** A JSON value on several lines, escaped: programs read the same value. */
export const visibleJson = (value: unknown): string => visibleLines(JSON.stringify(value, undefined, 2))
