import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import type { Declaration } from '#contract'

/** A receiver for the alarms, and a home that may call it. */
export async function prepare(dir: string, webhook: string): Promise<void> {
  const file = join(dir, 'tidemill.yaml')
  const document = parseDocument(await readFile(file, 'utf8'))
  const monitors = document.toJS() as Declaration
  for (const name of Object.keys(monitors.monitors ?? {}))
    document.setIn(['monitors', name, 'webhooks'], [webhook])
  await writeFile(file, document.toString({ lineWidth: 0 }))
  await mkdir(join(dir, '.tidemill'), { recursive: true })
  await writeFile(
    join(dir, '.tidemill/config.yaml'),
    '# The demo’s alarms go to a receiver on this machine.\nwebhooks: { allowPrivate: true }\n',
  )
}

export async function receiveWebhooks(): Promise<{
  url: string
  received: unknown[]
  close(): void
}> {
  const received: unknown[] = []
  const server: Server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      received.push(JSON.parse(text))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/alarms`, received, close: () => server.close() }
}
