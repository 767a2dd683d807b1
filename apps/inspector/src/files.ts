/** Bytes. */
const maxFileSize = 4_000_000

const read = async (files: Iterable<File>): Promise<readonly string[]> =>
  Promise.all([...files].map((file) => file.slice(0, maxFileSize).text()))

/** Reads chosen files, and what is dropped anywhere on the page. */
export function takeFiles(
  input: HTMLInputElement,
  veil: HTMLElement,
  take: (texts: readonly string[]) => Promise<void>,
): void {
  input.addEventListener('change', async () => {
    await take(await read(input.files ?? []))
    input.value = ''
  })
  let depth = 0
  const enter = (by: number): void => {
    depth = Math.max(0, depth + by)
    veil.hidden = depth === 0
  }
  addEventListener('dragenter', () => enter(1))
  addEventListener('dragleave', () => enter(-1))
  addEventListener('dragover', (event) => event.preventDefault())
  addEventListener('drop', async (event) => {
    event.preventDefault()
    enter(-depth)
    const { files = [] } = event.dataTransfer ?? {}
    const text = event.dataTransfer?.getData('text/plain') ?? ''
    const texts = await read(files)
    if (texts.length > 0 || text !== '') await take(texts.length > 0 ? texts : [text])
  })
}
