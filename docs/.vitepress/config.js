import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { anchorOf, linkOnSite, pageOf } from '../pages.js'
import { guides, project } from './sidebar.js'

const referenceSidebar = new URL('../reference/typedoc-sidebar.json', import.meta.url)
const reference = existsSync(referenceSidebar) ? JSON.parse(readFileSync(referenceSidebar, 'utf8')) : []

/**
 * One for each module, with the contents of that alone: all of them would be half of each page.
 *
 * @param {import('vitepress').DefaultTheme.SidebarItem[]} modules
 */
function referenceSidebars(modules) {
  const overview = { text: 'Modules', items: modules.map(({ text, link }) => ({ text, link })) }
  const sidebars = modules.map(({ text, link, items = [] }) => {
    const kinds = items.map((kind) => ({ ...kind, link: `${link}#${anchorOf(kind.text ?? '')}` }))
    return [link, [{ text, link, items: kinds }, overview]]
  })
  return { '/reference/': [overview], ...Object.fromEntries(sidebars) }
}

/** @param {string} module */
const installed = (module) => fileURLToPath(import.meta.resolve(module))

export default defineConfig({
  title: 'sealbearer',
  description: 'One token policy, enforced the same way in Fastify, Koa, Hono and Express',
  lang: 'en-US',
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,

  // Files stay where GitHub and npm show them.
  srcDir: '..',
  srcExclude: [
    '{apps,bench,tests,tools,.changeset,.github}/**',
    'examples/node_modules/**',
    'packages/*/!(README).md',
    'packages/*/*/**',
    'docs/node_modules/**',
    'docs/README.md',
    '{README,CONTRIBUTING,CHANGELOG}.md',
  ],
  rewrites: (file) => pageOf(file) ?? file,

  // Pages outside of this folder find the Vue that is installed here.
  vite: {
    resolve: {
      alias: [
        { find: /^vue$/, replacement: installed('vue/dist/vue.runtime.esm-bundler.js') },
        { find: /^vue\/server-renderer$/, replacement: installed('vue/server-renderer') },
      ],
    },
    build: { chunkSizeWarningLimit: 2000 },
  },

  markdown: {
    // Colours with enough contrast for everybody.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    config(md) {
      md.core.ruler.push('links-between-files', ({ tokens, env }) => {
        for (const { children } of tokens) {
          for (const token of children ?? []) {
            const href = token.type === 'link_open' ? token.attrGet('href') : null
            if (href !== null) token.attrSet('href', linkOnSite(href, env.realPath ?? env.path))
          }
        }
      })
    },
  },

  themeConfig: {
    nav: [
      { text: 'Guides', link: '/guides/verify-provider-tokens', activeMatch: '^/guides/' },
      { text: 'Examples', link: '/examples' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'Error codes', link: '/error-codes' },
    ],
    sidebar: { ...referenceSidebars(reference), '/': [...guides, ...project] },
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        // Guides and READMEs first.
        miniSearch: { searchOptions: { boostDocument: (id) => (id.includes('/reference/') ? 0.5 : 1) } },
      },
    },
    socialLinks: [{ icon: 'github', link: 'https://github.com/sealbearer/sealbearer' }],
    editLink: { pattern: 'https://github.com/sealbearer/sealbearer/edit/main/:path' },
    footer: { message: 'MIT license' },
  },
})
