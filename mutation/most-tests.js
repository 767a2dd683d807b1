/** A mutant that so many tests leave alive is one of the survivors; asking thousands more would take hours. */
export const mostTests = Number(process.env['MOST_TESTS'] ?? 600)
/** The same for files of tests that have to be loaded anew. */
export const mostFilesAnew = 5
