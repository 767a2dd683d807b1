/**
 * Writes any text so that PostgreSQL can store it: it has no NUL, and no lone surrogates. Such texts, and those that could
 * be mistaken for them, are stored as JSON.
 */
export const storedText = (text: string): string =>
  /^"|\0|\p{Surrogate}/u.test(text) ? JSON.stringify(text) : text

/** Reads what {@link storedText} wrote. */
export const textOfStored = (stored: string): string =>
  // Only `storedText` writes a quote first, before JSON.
  stored.startsWith('"') ? (JSON.parse(stored) as string) : stored
