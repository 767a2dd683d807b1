/** Verbs that end like another form of a verb, or like a plural. Those in -ss and -eed need no row. */
const verbs = new Set([
  'alias',
  'bias',
  'bring',
  'embed',
  'fling',
  'focus',
  'ping',
  'ring',
  'shed',
  'shred',
  'spring',
  'string',
  'swing',
])

/** Words that begin a noun phrase or a clause. */
const openers = new Set(
  `a an the this that these those its our your their
   all another any both each either every few fewer half less more most neither no none nothing one other same some such two three
   what when where which who whose why how if there
   and as at but by for from in into no not of on only or to with without`.split(/\s+/),
)

const word = /^[a-z]+(?:-[a-z]+)*$/

/**
 * Says why a commit's subject does not begin with a verb in the imperative, as far as its first word shows it.
 * A noun in the singular passes: only a reader can see that.
 *
 * @param {string} subject the text behind `type(scope): `
 * @returns {string | undefined}
 */
export function whyNotImperative(subject) {
  const first = subject.split(/,?\s/, 1)[0]?.toLowerCase() ?? ''
  const [head = ''] = first.split('-', 1)
  if (!word.test(first)) return `"${first}" is not a verb`
  if (openers.has(head)) return `"${head}" begins a noun phrase or a clause`
  if (verbs.has(first)) return undefined
  if (/[^s]s$/.test(first)) return `"${first}" is a plural, or a verb in the third person`
  if (/[^e]ed$/.test(first)) return `"${first}" is a past tense or a participle`
  if (/ing$/.test(first)) return `"${first}" is a gerund or a participle`
  return undefined
}
