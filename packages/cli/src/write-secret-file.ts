import { open } from 'node:fs/promises'

/** Writes a file that only its owner can read. Fails if the file exists: an overwritten key would be lost. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
