import { pdfBytes, pngBytes, waveBytes } from './media.ts'

export const attached = {
  picture: '9436587a-0000-4000-8000-000000000000',
  note: 'de5184b7-0000-4000-8000-000000000000',
  sound: '286cb0f4-0000-4000-8000-000000000000',
  paper: '7287dd31-0000-4000-8000-000000000000',
  packed: 'bca3096e-0000-4000-8000-000000000000',
  page: '06be35ab-0000-4000-8000-000000000000',
  missing: '50d961e8-0000-4000-8000-000000000000',
  elsewhere: '9af48e25-0000-4000-8000-000000000000',
  unnamed: 'e50fba62-0000-4000-8000-000000000000',
} as const

type Name = keyof typeof attached

const id = `tr-${'5'.repeat(32)}`
export const otherTrace = `tr-${'6'.repeat(32)}`

const files: Partial<Record<Name, readonly [type: string, body: Uint8Array]>> = {
  picture: ['image/png', pngBytes(320, 200)],
  note: ['text/plain', Buffer.from('The heron stands in the reeds.\nIt is dusk.\n')],
  sound: ['audio/wav', waveBytes(1)],
  paper: ['application/pdf', pdfBytes('Herons in brief')],
  packed: ['application/zip', Buffer.from('PK')],
  page: ['text/html', Buffer.from('<h1>Reeds</h1><script>document.title = "It ran"</script>')],
  unnamed: ['', Buffer.from('nobody names it')],
}

/** Bytes of one that is there. */
export function sizeOf(name: Name): number | undefined {
  return files[name]?.[1].length
}

/** As MLflow's client writes it. */
export function referenceTo(name: Name): string {
  const [type, body] = files[name] ?? ['image/png', new Uint8Array(7)]
  const trace = name === 'elsewhere' ? otherTrace : id
  const facts = new URLSearchParams({ content_type: type, trace_id: trace, size: `${body.length}` })
  return `mlflow-attachment://${attached[name]}?${facts.toString()}`
}

function spans(): readonly object[] {
  const text = (value: unknown) => ({ stringValue: JSON.stringify(value) })
  const attributes = (fields: Readonly<Record<string, unknown>>) =>
    Object.entries(fields).map(([key, value]) => ({ key, value: text(value) }))
  const begin = 1_769_860_800_000_000_000n
  const span = (number: number, name: string, rest: object) => ({
    traceId: id.slice(3),
    spanId: `${number}`.padStart(16, '0'),
    name,
    startTimeUnixNano: String(begin + BigInt(number) * 1_000_000n),
    endTimeUnixNano: String(begin + 9_000_000n),
    status: { code: 1 },
    ...rest,
  })
  return [
    span(1, 'look', {
      attributes: attributes({
        'mlflow.spanType': 'CHAIN',
        'mlflow.spanInputs': {
          messages: [
            { role: 'user', content: ['What is it?', { image_url: referenceTo('picture') }] },
          ],
        },
        'mlflow.spanOutputs': referenceTo('note'),
        voice: { said: [referenceTo('sound')] },
      }),
    }),
    span(2, 'read along', {
      parentSpanId: '0000000000000001',
      attributes: attributes({
        'mlflow.spanInputs': {
          again: referenceTo('picture'),
          paper: referenceTo('paper'),
          packed: referenceTo('packed'),
          page: referenceTo('page'),
        },
        'mlflow.spanOutputs': `It says ![so](${referenceTo('missing')}) and ${referenceTo('elsewhere')}.`,
      }),
    }),
  ]
}

async function send(url: string, method: string, body: string | Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-mlflow-experiment-id': '0' }
  const sent = typeof body === 'string' ? body : Buffer.from(body)
  const { ok, status } = await fetch(url, { method, headers, body: sent })
  if (!ok) throw new Error(`${url}: ${status}`)
}

export async function attach(url: string, name: Name, body: Uint8Array): Promise<void> {
  const folder = `mlflow-artifacts/artifacts/0/traces/${id}/artifacts/attachments`
  await send(`${url}/api/2.0/${folder}/${attached[name]}`, 'PUT', body)
}

/** A trace whose spans name a file of each kind, one that is not there and one of another trace; one file is named by none. */
export async function attachedTrace(url: string): Promise<string> {
  const sent = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans() }] }] })
  await send(`${url}/v1/traces`, 'POST', sent)
  for (const [name, [, body]] of Object.entries(files)) await attach(url, name as Name, body)
  return id
}
