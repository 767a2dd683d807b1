// Bundles the page, and puts script and style into it. Its policy names both by their hashes and allows nothing else.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** @param {string} relative */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))

/** @param {string} text */
const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const built = await build({
  configFile: false,
  root: path('.'),
  logLevel: 'warn',
  publicDir: false,
  resolve: { alias: { '#inspect': path('../../packages/cli/src/inspect') } },
  build: {
    write: false,
    target: 'es2022',
    modulePreload: false,
    rolldownOptions: { input: path('src/main.ts'), output: { format: 'iife', codeSplitting: false } },
  },
})
const { output } = /** @type {import('vite').Rolldown.RolldownOutput} */ (
  Array.isArray(built) ? built[0] : built
)
const [{ code }] = output
const script = `\n${code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}`
const style = `\n${readFileSync(path('src/style.css'), 'utf8')}`

const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  // No script of the page may turn text into markup.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** @type {readonly (readonly [source: string, built: string])[]} */
const replacements = [
  ['<link rel="stylesheet" href="style.css">', `<style>${style}</style>`],
  ['<script src="main.ts"></script>', `<script>${script}</script>`],
  [`content="default-src 'none'"`, `content="${policy}"`],
]
let page = readFileSync(path('src/page.html'), 'utf8')
for (const [source, replacement] of replacements) {
  if (!page.includes(source)) throw new Error(`page.html has no ${source}`)
  page = page.replace(source, () => replacement)
}
mkdirSync(path('dist'), { recursive: true })
writeFileSync(path('dist/inspector.html'), page)
