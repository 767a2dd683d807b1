/** Code of a document, as one file. */
export interface CodeFile {
  readonly name: string
  readonly code: string
}

const block = /^```[jt]s(?: [^\n]*)?\n(.*?)^```$/gms
const fileName = /^\/\/ ([\w.-]+\.[cm]?[jt]s)\n/

/**
 * Takes the `ts` and `js` blocks out of a document. A block whose first line names a file, such as `// auth.ts`, is
 * that file; the others are, in order, one file called `main.ts`.
 */
export function codeFiles(markdown: string): readonly CodeFile[] {
  const blocks = [...markdown.matchAll(block)].map(([, code = '']) => code)
  const named = blocks.flatMap((code) => {
    const name = fileName.exec(code)?.[1]
    return name === undefined ? [] : [{ name, code }]
  })
  const rest = blocks.filter((code) => !fileName.test(code)).join('\n')
  return rest === '' ? named : [...named, { name: 'main.ts', code: rest }]
}

const promise = /^ *console\.log\(.*\) \/\/ (.*)$|\/\/ prints: (.*)$/gm

/** What the comments behind calls of `console.log`, and those that begin with `prints:`, promise, in their order. */
export const promisedOutput = (code: string): readonly string[] =>
  [...code.matchAll(promise)].map(([, logged, printed = '']) => logged ?? printed)
