/** Code of a README, as one file. */
export interface CodeFile {
  readonly name: string
  readonly code: string
}

const block = /^```ts\n(.*?)^```$/gms
const fileName = /^\/\/ ([\w-]+\.ts)\n/

/**
 * Takes the `ts` blocks out of a README. A block whose first line names a file, such as `// auth.ts`, is that
 * file; the others are, in order, one file called `readme.ts`.
 */
export function codeFiles(markdown: string): readonly CodeFile[] {
  const blocks = [...markdown.matchAll(block)].map(([, code = '']) => code)
  const named = blocks.flatMap((code) => {
    const name = fileName.exec(code)?.[1]
    return name === undefined ? [] : [{ name, code }]
  })
  const rest = blocks.filter((code) => !fileName.test(code)).join('\n')
  return rest === '' ? named : [...named, { name: 'readme.ts', code: rest }]
}

/** What the comments behind calls of `console.log` say that is printed, in the order of the code. */
export const promisedOutput = (code: string): readonly string[] =>
  [...code.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(([, promised = '']) => promised)
