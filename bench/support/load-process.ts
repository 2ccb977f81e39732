import { connect, type Socket } from 'node:net'
import type { LoadRequest, LoadResult } from './load.ts'

// The clients, in a process of their own. They write the same bytes again and again and read no more of an answer than its end: a
// whole HTTP client takes as much of a shared processor as the server it measures.

process.on('message', (request: LoadRequest) => {
  void load(request).then((result) => process.send?.(result))
})

async function load({ url, body, connections, seconds }: LoadRequest): Promise<LoadResult> {
  const { hostname, port, pathname } = new URL(url)
  const bytes = Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  const times: number[] = []
  let failures = 0
  const begin = performance.now()
  const deadline = begin + seconds * 1000

  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), hostname)
      socket.setNoDelay(true)
      const answers = answersOf(socket)
      while (performance.now() < deadline) {
        const sent = performance.now()
        socket.write(bytes)
        const status = await answers.next()
        times.push(performance.now() - sent)
        if (status !== 200) failures++
      }
      socket.destroy()
    }),
  )
  const sorted = Float64Array.from(times).sort()
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN
  return {
    perSecond: (times.length / (performance.now() - begin)) * 1000,
    failures,
    p50: at(0.5),
    p99: at(0.99),
  }
}

/** The status of each answer, when its last byte is there. */
function answersOf(socket: Socket): { next(): Promise<number> } {
  let text = ''
  let waiting: { resolve(status: number): void; reject(error: unknown): void } | undefined
  socket.setEncoding('latin1')
  socket.on('error', (error) => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')))
  socket.on('data', (chunk: string) => {
    text += chunk
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
    if (text.length < head + 4 + length) return
    const status = Number(text.slice(9, 12))
    text = ''
    waiting?.resolve(status)
  })
  return {
    next: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
      }),
  }
}
