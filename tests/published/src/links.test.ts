import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
const documents = listed.split('\n').filter((path) => path !== '' && existsSync(new URL(path, root)))

/** The `id` that a heading gets in HTML. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const anchorsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** On npm, a package's README is far from the repository. */
const home = /^https:\/\/github\.com\/sealbearer\/sealbearer\/(?:blob|tree)\/main\//

const targetOf = (link: string, document: string): URL =>
  home.test(link) ? new URL(link.replace(home, ''), root) : new URL(link, new URL(document, root))

const links = documents.flatMap((document) => {
  const markdown = readFileSync(new URL(document, root), 'utf8')
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => [document, link, targetOf(link, document)] as const)
    .filter(([, , { protocol }]) => protocol === 'file:')
})

test.each(links)('%s: %s leads somewhere', (_document, _link, target) => {
  const anchor = target.hash.slice(1)
  const file = new URL(target.pathname, root)
  expect(existsSync(file)).toBe(true)
  if (anchor !== '') expect(anchorsIn(readFileSync(file, 'utf8'))).toContain(anchor)
})
