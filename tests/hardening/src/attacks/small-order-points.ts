/** Of Ed25519, in hexadecimal as all of them. */
export const neutralPoint: string = `01${'00'.repeat(31)}`

/** Points of Ed25519 whose order divides 8: with either sign, and spelt beyond the prime too. */
export const ed25519Points: readonly string[] = [
  neutralPoint,
  '00'.repeat(32),
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(31)}`,
  `ed${'ff'.repeat(31)}`,
  `ee${'ff'.repeat(31)}`,
]

/** The same of Curve25519 and its twist; here the top bit has no meaning (RFC 7748 §5). */
export const x25519Points: readonly string[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(30)}80`,
  `ed${'ff'.repeat(31)}`,
]

/** Enough of a point to tell it by in a title. */
export const shown = (point: string): string => `${point.slice(0, 8)}…${point.slice(-4)}`
