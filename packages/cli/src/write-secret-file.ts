import { open } from 'node:fs/promises'

/** Writes a file that only its owner reads. Fails where there is one already: a key that is overwritten is lost. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
