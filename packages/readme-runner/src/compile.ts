import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Compiles the files in a folder two below a package, under the compiler options of that package, to `out/` there. */
export async function compile(folder: URL): Promise<void> {
  await writeFile(new URL('tsconfig.json', folder), JSON.stringify(tsconfig))
  const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', fileURLToPath(folder)])
  } catch (error) {
    // The compiler says on stdout what is wrong.
    const said = error instanceof Error && 'stdout' in error ? error.stdout : error
    throw new Error(`a README does not compile\n${said}`)
  }
}

const tsconfig = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noEmit: false,
    declaration: false,
    isolatedDeclarations: false,
    allowJs: false,
    checkJs: false,
    rootDir: '.',
    outDir: 'out',
    // Readers write `process.env.NAME`.
    noPropertyAccessFromIndexSignature: false,
    // Koa's declarations fail a compiler that checks them.
    skipLibCheck: true,
  },
  include: ['*.ts'],
}
