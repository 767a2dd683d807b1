import { existsSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const repository = 'https://github.com/sealbearer/sealbearer'
const onGitHub = new RegExp(`^${repository}/(?:blob|tree)/main/`)

/** Where a file of the repository is on the site; the first rule that fits. */
const places = [
  { file: /^docs\/(.+)\.md$/, page: '$1.md' },
  { file: /^packages\/(\w+)\/README\.md$/, page: 'packages/$1.md' },
  { file: /^examples\/README\.md$/, page: 'examples.md' },
  { file: /^SECURITY\.md$/, page: 'security.md' },
]

/** @param {string} file from the root of the repository */
export function pageOf(file) {
  const place = places.find((one) => one.file.test(file))
  return place === undefined ? undefined : file.replace(place.file, place.page)
}

/**
 * What a link between files becomes on the site: a page of it, or else the file on GitHub.
 *
 * @param {string} link
 * @param {string} file the absolute path of the file that has the link
 */
export function linkOnSite(link, file) {
  if (link.startsWith('#') || link.startsWith('/')) return link
  const target = onGitHub.test(link)
    ? new URL(link.replace(onGitHub, ''), root)
    : new URL(link, new URL(`file://${file}`))
  if (target.protocol !== 'file:' || !target.href.startsWith(root.href)) return link
  const path = decodeURI(target.href.slice(root.href.length)).replace(/#.*/, '')
  const page = pageOf(path)
  if (page !== undefined) return `/${page}${target.hash}`
  const kind = existsSync(new URL(`${path.replace(/\/?$/, '/')}`, root)) ? 'tree' : 'blob'
  return `${repository}/${kind}/main/${path}${target.hash}`
}

/** The `id` of a heading, as GitHub makes it: links work there and here. @param {string} heading */
export const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
