import type { Knock } from './door.js'
import { cookieName, type Doors } from './doors.js'
import { megabyte, type Shape, type ShapeGroup, usualLimit } from './shape.js'

const sizes = [usualLimit, megabyte]

const filled = (before: string, unit: string, after: string, characters: number): string =>
  before +
  unit.repeat(Math.max(1, Math.floor((characters - before.length - after.length) / unit.length))) +
  after

/** As many cookies as fit, of 14 characters each with what is between. */
const cookies = (characters: number): string =>
  Array.from({ length: Math.floor(characters / 15) }, (_, i) => `c${String(i).padStart(6, '0')}=value`).join(
    '; ',
  )

/** Fields that Node keeps, with some to spare for those of a good request. */
const maxFields = 900

/** Cookies in as many fields as Node keeps, as HTTP/2 may split them. */
function splitCookies(characters: number): Knock {
  const pairs = cookies(characters).split('; ')
  const each = Math.ceil(pairs.length / maxFields)
  return Array.from({ length: Math.ceil(pairs.length / each) }, (_, i) => [
    'cookie',
    pairs.slice(i * each, (i + 1) * each).join('; '),
  ]).flat()
}

function otherFields(characters: number): Knock {
  const fields = Math.min(maxFields, Math.floor(characters / 14))
  const value = 'v'.repeat(Math.max(1, Math.floor(characters / fields) - 13))
  return Array.from({ length: fields }, (_, i) => [`x-${String(i).padStart(11, '0')}`, value]).flat()
}

function credentialsAgain(characters: number): Knock {
  const fields = Math.min(maxFields, Math.floor(characters / 21))
  const value = `Bearer ${'a'.repeat(Math.max(1, Math.floor(characters / fields) - 20))}`
  return Array.from({ length: fields }, () => ['authorization', value]).flat()
}

/** Headers of requests, whatever the server before us lets through. */
export function requests({ requests: door, goodToken }: Doors): ShapeGroup {
  const shape = (title: string, code: string, make: (characters: number) => Knock): Shape => ({
    title,
    code,
    door,
    make,
    sizes,
  })
  const authorization = (title: string, code: string, before: string, unit: string, after: string): Shape =>
    shape(`Authorization: ${title}`, code, (n) => ['Authorization', filled(before, unit, after, n)])
  const cookie = (title: string, code: string, before: string, unit: string, after: string): Shape =>
    shape(`cookie: ${title}`, code, (n) => ['Cookie', filled(before, unit, after, n)])
  return {
    title: 'Headers of requests',
    note: 'Handed over as received. Node itself stops at 16 KiB of headers unless told otherwise.',
    shapes: [
      {
        ...shape('cookies, none of them ours', 'SB_CREDENTIALS_MISSING', (n) => ['Cookie', cookies(n)]),
        good: (n) => ['Cookie', `${cookies(n)}; ${cookieName}=${goodToken}`],
      },
      shape('cookies, ours twice at the end', 'SB_CREDENTIALS_REPEATED', (n) => [
        'Cookie',
        `${cookies(n)}; ${cookieName}=a; ${cookieName}=b`,
      ]),
      {
        ...shape('cookies in many fields', 'SB_CREDENTIALS_MISSING', splitCookies),
        good: (n) => [...splitCookies(n), 'cookie', `${cookieName}=${goodToken}`],
      },
      {
        ...shape('fields that we do not read', 'SB_CREDENTIALS_MISSING', otherFields),
        good: (n) => [...otherFields(n), 'Authorization', `Bearer ${goodToken}`],
      },
      shape('Authorization, again and again', 'SB_CREDENTIALS_REPEATED', credentialsAgain),
      cookie('semicolons', 'SB_CREDENTIALS_MISSING', '', ';', ''),
      cookie('equals signs', 'SB_CREDENTIALS_MISSING', '', '=', ''),
      cookie('white space in front of the name', 'SB_TOKEN_MALFORMED', '', ' ', `${cookieName}=a`),
      cookie('white space behind the name', 'SB_TOKEN_MALFORMED', cookieName, '\t', '=a'),
      cookie('white space around nothing', 'SB_CREDENTIALS_MISSING', `${cookieName}=`, ' ', ''),
      cookie('white space inside the value', 'SB_TOKEN_MALFORMED', `${cookieName}=a`, ' ', 'b'),
      cookie('a quoted value', 'SB_TOKEN_MALFORMED', `${cookieName}="`, 'a', '"'),
      cookie('names that begin like ours', 'SB_CREDENTIALS_MISSING', '', `${cookieName}x=a;`, ''),
      authorization('white space alone', 'SB_CREDENTIALS_MALFORMED', '', ' ', ''),
      authorization('white space behind Bearer', 'SB_CREDENTIALS_MALFORMED', 'Bearer', ' ', ''),
      authorization('white space, then no token', 'SB_CREDENTIALS_MALFORMED', 'Bearer', ' ', ','),
      authorization('white space behind the token', 'SB_CREDENTIALS_MALFORMED', 'Bearer a', ' ', 'b'),
      authorization('a token with a bad end', 'SB_CREDENTIALS_MALFORMED', 'Bearer ', 'a', '!'),
      authorization('equals signs with a bad end', 'SB_CREDENTIALS_MALFORMED', 'Bearer a', '=', '!'),
      authorization('tokens with padding inside', 'SB_CREDENTIALS_MALFORMED', 'Bearer ', 'a=', '!'),
      authorization('a long scheme', 'SB_CREDENTIALS_MISSING', '', 'b', ' x'),
      authorization('Bearer again and again', 'SB_CREDENTIALS_MALFORMED', '', 'Bearer ', ''),
      authorization('a token of one letter again and again', 'SB_TOKEN_MALFORMED', 'Bearer ', 'a', ''),
      authorization('dots', 'SB_TOKEN_MALFORMED', 'Bearer ', '.', ''),
    ],
  }
}
