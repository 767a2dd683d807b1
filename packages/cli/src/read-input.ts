import { readBounded } from '@sealbearer/core/internal'
import { CommandError } from './exit-codes.js'

/** Maximum length of a file, and of all stdin, in bytes: a sealed key ring in UTF-16. */
export const maxInputBytes = 8_388_608

const tooLong = (): CommandError =>
  new CommandError('usage', `the input is too large: at most ${maxInputBytes / 2 ** 20} MiB are read`)

/** Reads a stream to its end, but at most {@link maxInputBytes}. @throws {CommandError} */
export const readInput = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.from(await readBounded(stream, maxInputBytes, tooLong))

/** Reads text line by line, as it arrives; a line has at most {@link maxInputBytes} bytes. @throws {CommandError} */
export async function* boundedLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = []
  let length = 0
  const takeLine = (): string => {
    const line = Buffer.concat(parts).toString('utf8')
    parts = []
    length = 0
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }
  for await (const chunk of stream) {
    let start = 0
    for (let end = chunk.indexOf(10); ; end = chunk.indexOf(10, start)) {
      const part = chunk.subarray(start, end < 0 ? undefined : end)
      length += part.length
      if (length > maxInputBytes) throw tooLong()
      parts.push(part)
      if (end < 0) break
      yield takeLine()
      start = end + 1
    }
  }
  if (length > 0) yield takeLine()
}
