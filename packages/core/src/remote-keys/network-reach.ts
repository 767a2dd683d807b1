/** Where an address leads: to the public internet, into a private network, or to this machine and its link. */
type Reach = number

const anywhere = 0
const privateNetwork = 1
const thisMachine = 2

/** First address and prefix length of the ranges that are not public (RFC 6890, RFC 6598, RFC 4193). */
const ranges4: readonly (readonly [string, number, Reach])[] = [
  ['0.0.0.0', 8, thisMachine],
  ['127.0.0.0', 8, thisMachine],
  ['169.254.0.0', 16, thisMachine],
  ['224.0.0.0', 3, thisMachine],
  ['10.0.0.0', 8, privateNetwork],
  ['100.64.0.0', 10, privateNetwork],
  ['172.16.0.0', 12, privateNetwork],
  ['192.0.0.0', 24, privateNetwork],
  ['192.168.0.0', 16, privateNetwork],
  ['198.18.0.0', 15, privateNetwork],
]

const number4 = (text: string): number => text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)

function reach4(text: string): Reach {
  const address = number4(text)
  const range = ranges4.find(([first, bits]) => {
    const size = 2 ** (32 - bits)
    return Math.floor(address / size) === Math.floor(number4(first) / size)
  })
  return range?.[2] ?? anywhere
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): readonly number[] {
  const [address = ''] = text.split('%', 1)
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  const value = dotted === null ? 0 : number4(dotted[2] ?? '')
  const hex =
    dotted === null ? address : `${dotted[1]}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`
  const [head = '', tail] = hex.split('::', 2)
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const [before, after] = [read(head), read(tail ?? '')]
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** Prefixes of IPv6 addresses with an embedded IPv4 address, and the group at which it starts. */
const embedding: readonly (readonly [prefix: readonly number[], at: number])[] = [
  [[0, 0, 0, 0, 0, 0xffff], 6],
  [[0, 0, 0, 0, 0xffff, 0], 6],
  [[0, 0, 0, 0, 0, 0], 6],
  [[0x64, 0xff9b, 0, 0, 0, 0], 6],
  [[0x2002], 1],
]

function reach6(text: string): Reach {
  const groups = groupsOf(text)
  const inside = embedding.find(([prefix]) => prefix.every((group, i) => groups[i] === group))
  if (inside !== undefined) {
    const [high = 0, low = 0] = groups.slice(inside[1])
    return reach4([high >> 8, high & 255, low >> 8, low & 255].join('.'))
  }
  const [first = 0, second = 0] = groups
  // Unique local, link-local, the former site-local, multicast, and the local form of RFC 8215.
  if ((first & 0xfe00) === 0xfc00 || (first === 0x64 && second === 0xff9b)) return privateNetwork
  if ((first & 0xff80) === 0xfe80 || (first & 0xff00) === 0xff00) return thisMachine
  return anywhere
}

/** Parses the host of a URL, already normalized by the URL parser; `undefined` for a name that must be resolved. */
function literalReach(hostname: string): Reach | undefined {
  if (hostname.startsWith('[')) return reach6(hostname.slice(1, -1))
  if (/^\d+(?:\.\d+){3}$/.test(hostname)) return reach4(hostname)
  return /(?:^|\.)localhost\.*$/i.test(hostname) ? thisMachine : undefined
}

type Lookup = (name: string, options: { all: true }) => Promise<readonly { readonly address: string }[]>

/** The resolver of Node, Bun and Deno; other runtimes have none, and cannot reach private networks. */
function systemLookup(): Lookup | undefined {
  const { process } = globalThis as {
    readonly process?: { getBuiltinModule?(name: string): { readonly lookup?: Lookup } | undefined }
  }
  return process?.getBuiltinModule?.('node:dns/promises')?.lookup
}

const maxLookupMilliseconds = 2_000

/** Names that exist in private networks alone: without a dot, and those of RFC 6762 §3 and RFC 8375, and of ICANN. */
const privateName = /^(?:[^.]+|.*\.(?:local|internal|home\.arpa))\.*$/i

/** @param ifLate The result for a name whose address is not known in time. */
async function resolvedReach(name: string, lookup: Lookup | undefined, ifLate: Reach): Promise<Reach> {
  if (lookup === undefined) return anywhere
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), maxLookupMilliseconds)
  })
  // A name that cannot be resolved cannot be reached, unless a proxy resolves it.
  const addresses = await Promise.race([lookup(name, { all: true }).catch(() => []), late])
  clearTimeout(timer)
  if (addresses === undefined) return ifLate
  return Math.max(
    privateName.test(name) ? privateNetwork : anywhere,
    ...addresses.map(({ address }) => (address.includes(':') ? reach6(address) : reach4(address))),
  )
}

const reachOf = async ({ hostname }: URL, lookup: Lookup | undefined, ifLate: Reach): Promise<Reach> =>
  literalReach(hostname) ?? (await resolvedReach(hostname, lookup, ifLate))

/**
 * Whether a URL leads further into the internal network than those chosen by the application: a remote document must
 * not cause requests to this machine or its network.
 *
 * Names are resolved if the runtime has a resolver. This cannot exclude a name that resolves differently a moment later
 * or through a proxy; only a firewall can.
 */
export async function leadsFurtherInside(
  url: URL,
  chosen: readonly URL[],
  lookup: Lookup | undefined = systemLookup(),
): Promise<boolean> {
  if (chosen.some(({ hostname }) => hostname === url.hostname)) return false
  // The owner of the name can delay its address, so a late one counts as the innermost.
  const reach = await reachOf(url, lookup, thisMachine)
  if (reach === anywhere) return false
  const reaches = await Promise.all(chosen.map((own) => reachOf(own, lookup, anywhere)))
  return reaches.every((own) => own < reach)
}

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

const isLoopback = (url: URL): boolean => loopbackHost.test(url.hostname)

/**
 * Reads a URL that keys may be loaded from: HTTPS, or HTTP on loopback. Anyone who can change a response in transit
 * determines which keys are trusted.
 *
 * @param requireHttps `false` accepts HTTP to any host.
 * @returns `undefined` for any other URL, and for one with credentials.
 */
export function trustedUrl(text: unknown, requireHttps = true): URL | undefined {
  if (typeof text !== 'string' && !(text instanceof URL)) return undefined
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return undefined
  }
  // No host has such a name.
  if (url.hostname.includes('*')) return undefined
  if (url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'https:') return url
  return url.protocol === 'http:' && (!requireHttps || isLoopback(url)) ? url : undefined
}

/** Reads an option with such a URL. @throws {TypeError} */
export function trustedUrlOption(option: string, text: unknown, requireHttps = true): URL {
  const url = trustedUrl(text, requireHttps)
  if (url === undefined) {
    throw new TypeError(
      `${option}: must be an https URL without credentials (http is only for loopback; on a trusted network, set requireHttps: false)`,
    )
  }
  return url
}
