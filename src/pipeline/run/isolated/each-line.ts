import type { Readable } from 'node:stream'

/**
 * Hands on each whole line of a stream of messages. They end at `\n` alone: readline would end one at U+2028 and U+2029 too, which JSON
 * leaves as they are.
 */
export function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}
