/** A bar on a terminal; a quiet line per step otherwise. Goes to stderr, so that stdout stays the result. */
export interface Progress {
  update(done: number, total: number, message: string): void
  end(message?: string): void
}

export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let shown = ''
  return {
    update(done, total, message) {
      if (stream.isTTY) {
        const width = 24
        const filled = total > 0 ? Math.round((Math.min(done, total) / total) * width) : 0
        const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
        stream.write(`\r\u001b[K${bar} ${message}`)
      } else if (message !== shown) {
        stream.write(`${message}\n`)
      }
      shown = message
    },
    end(message) {
      if (stream.isTTY) stream.write('\r\u001b[K')
      if (message !== undefined) stream.write(`${message}\n`)
    },
  }
}
