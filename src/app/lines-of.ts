import { createReadStream } from 'node:fs'

/** The lines of a text file, which end at a line feed and nowhere else: JSON leaves U+2028 and U+2029 inside its texts as they are. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let held: string[] = []
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const [first = '', ...rest] = String(chunk).split('\n')
    held.push(first)
    for (const next of rest) {
      yield held.join('')
      held = [next]
    }
  }
  const last = held.join('')
  if (last !== '') yield last
}
