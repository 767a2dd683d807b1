/** Text of about so many characters. */
export type Text = (characters: number) => string

/** JSON that a strict reader refuses, and what a good token can have in its claims that is made of the same. */
interface HostileJson {
  readonly text: Text
  /** Members of an object, without its braces; `undefined` where no good token is made so. */
  readonly kind: Text | undefined
}

/** A unit again and again between two ends. */
export const filled =
  (before: string, unit: string, after: string): Text =>
  (characters) =>
    before +
    unit.repeat(Math.max(1, Math.floor((characters - before.length - after.length) / unit.length))) +
    after

type NameOf = (index: number) => string

const members =
  (nameOf: NameOf, colon = ':'): Text =>
  (characters) => {
    const parts: string[] = []
    for (let i = 0, length = 0; i === 0 || length < characters; i++) {
      const member = `"${nameOf(i)}"${colon}1`
      parts.push(member)
      length += member.length + 1
    }
    return parts.join()
  }

/** Members with names of their own, and the first of them once more. */
const doubled = (nameOf: NameOf, colon?: string): HostileJson => ({
  text: (characters) => `{${members(nameOf, colon)(characters - 10)},"${nameOf(0)}":1}`,
  kind: members(nameOf, colon),
})

/** One member, whose value is long, and the same once more. */
const doubledValue = (before: string, unit: string, after: string): HostileJson => ({
  text: filled(`{"a":${before}`, unit, `${after},"a":1}`),
  kind: filled(`"a":${before}`, unit, after),
})

const onlyHostile = (text: Text): HostileJson => ({ text, kind: undefined })

/** V8 hashes a name that spells a number below that to the number, and finds names by the lower half of it. */
const hashedNumbers = 2 ** 24
const apart = 2 ** 13
const numberName: NameOf = (i) =>
  String(((i * apart) % hashedNumbers) + Math.floor((i * apart) / hashedNumbers))

/** Longer strings V8 hashes to their length. */
const longName: NameOf = (i) => `${'n'.repeat(16_400)}${i}`

export const hostileJson: Readonly<Record<string, HostileJson>> = {
  'objects, as deep as fit': onlyHostile((characters) => {
    const depth = Math.floor((characters - 1) / 6)
    return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  }),
  'lists, as deep as fit': onlyHostile((characters) => {
    const depth = Math.floor((characters - 6) / 2)
    return `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  }),
  'lists that do not end': onlyHostile(filled('{"a":', '[', '')),
  'many members, the first one twice': doubled((i) => `member_${i}`),
  'short members, the first one twice': doubled((i) => `_${i.toString(36)}`),
  'one name again and again': {
    text: filled('{"a":1', ',"a":1', '}'),
    kind: members((i) => `_${i.toString(36)}`),
  },
  'names that are numbers of one hash': doubled(numberName),
  'names too long to be hashed': doubled(longName),
  'members with white space': doubled((i) => `m${i}`, ' : '),
  'escaped quotes': doubledValue('"', '\\"', '"'),
  'escaped backslashes': doubledValue('"', '\\\\', '"'),
  'text that looks like members': doubledValue('"', '\\":', '"'),
  'colons in text': doubledValue('"', ':', '"'),
  'brackets in text': doubledValue('"', '[', '"'),
  'white space in front of a colon': {
    text: filled('{"a"', ' ', ':1,"a":1}'),
    kind: filled('"a"', ' ', ':1'),
  },
  'escapes, then half of a pair': {
    text: filled('{"a":"', '\\u0061', '\\ud800"}'),
    kind: filled('"a":"', '\\u0061', '"'),
  },
  'pairs, then half of one': {
    text: filled('{"a":"', '\\ud83d\\ude00', '\\ud83d"}'),
    kind: filled('"a":"', '\\ud83d\\ude00', '"'),
  },
  'a long number': doubledValue('', '7', ''),
  'a long fraction': doubledValue('0.', '7', ''),
  'a long exponent': doubledValue('1e-', '7', ''),
  numbers: doubledValue('[1', ',0.1', ']'),
  'empty lists': doubledValue('[[]', ',[]', ']'),
  'empty objects': doubledValue('[{}', ',{}', ']'),
  'text that does not end': onlyHostile(filled('{"a":"', 'x', '')),
}
