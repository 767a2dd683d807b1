import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { exitCodes } from './exit-codes.js'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, code]) =>
    String(code),
  )

test('the commands of the README run, and draw what it shows', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealbearer-readme-'))
  try {
    const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
    const program = join(folder, 'sealbearer')
    await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`, { mode: 0o755 })
    const script = blocks('sh').filter((block) => !block.startsWith('npx'))
    expect(script.length).toBeGreaterThan(3)
    const { stdout, stderr } = await promisify(execFile)('sh', ['-euc', script.join('\n')], {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' },
    })
    expect(stderr).toBe('')
    const [drawing = 'none'] = blocks('text')
    expect(stdout).toContain(drawing)
    expect(stdout.match(/"sub": "user_123"/g)).toHaveLength(2)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('the table of exit codes is complete', () => {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  for (const row of rows) expect(readme.replaceAll(/ +/g, ' ')).toContain(row)
})
