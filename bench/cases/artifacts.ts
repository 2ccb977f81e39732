import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import type { BenchCase, Figure } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'
import { poster, startOwn, type Server } from '../support/tracking-servers.ts'

const megabytes = 2048
const rounds = 2
const block = Buffer.alloc(1 << 20, 'artifact')

export const artifacts: BenchCase = {
  name: 'artifacts',
  method: `A file of ${megabytes} MiB sent through the artifact proxy and synced to disk, beside the same bytes written to a file and synced by this process, by turns, medians of ${rounds}; the memory is what the server’s process held at most beyond what it held before.`,
  run: () =>
    withFolder(async (dir) => {
      const own = await startOwn(dir)
      try {
        const post = poster(own)
        const { experiment_id } = await post('experiments/create', { name: 'files' })
        const { run } = await post('runs/create', { experiment_id })
        const id = String(run?.info?.run_id)
        const base = `/api/2.0/mlflow-artifacts/artifacts/${experiment_id}/${id}/artifacts`
        const [sent, written]: [number[], number[]] = [[], []]
        const before = memoryOf(own, 'VmRSS')
        for (let round = 0; round < rounds; round++) {
          written.push(await writeFileRate(join(dir, 'plain')))
          // Its first bytes differ, or it would be a file the server has already.
          sent.push(await upload(own, `${base}/large-${round}.bin`, round))
        }
        const most = memoryOf(own, 'VmHWM') - before
        const read = await download(own, `${base}/large-0.bin`)
        const disk = median(written)
        return figuresOf({ sent: median(sent), disk, most, read })
      } finally {
        await own.stop()
      }
    }),
}

function figuresOf(measured: {
  readonly sent: number
  readonly disk: number
  readonly most: number
  readonly read: number
}): Figure[] {
  const { sent, disk, most, read } = measured
  return [
    {
      title: `Upload of ${megabytes} MiB`,
      value: sent,
      unit: 'MiB/s',
      least: 0.8 * disk,
      baseline: { title: 'write and fsync', value: disk },
    },
    { title: 'Memory an upload takes', value: most, unit: 'MiB', most: 256 },
    { title: `Download of ${megabytes} MiB`, value: read, unit: 'MiB/s' },
  ]
}

async function writeFileRate(file: string): Promise<number> {
  const begin = performance.now()
  const handle = await open(file, 'w')
  for (let i = 0; i < megabytes; i++) await handle.write(block)
  await handle.sync()
  await handle.close()
  const seconds = (performance.now() - begin) / 1000
  await rm(file)
  return megabytes / seconds
}

async function upload({ url }: Server, path: string, round: number): Promise<number> {
  const begin = performance.now()
  const call = request(`${url}${path}`, {
    method: 'PUT',
    // A connection of its own: one that was idle while the disk was measured may be closed by now.
    agent: false,
    headers: { 'content-length': megabytes * 2 ** 20 },
  })
  const answered = once(call, 'response')
  answered.catch(() => undefined)
  const first = Buffer.from(block)
  first.write(`round ${round}`)
  for (let i = 0; i < megabytes; i++) {
    if (!call.write(i === 0 ? first : block)) await once(call, 'drain')
  }
  call.end()
  const [response] = (await answered) as [{ statusCode: number; resume(): void }]
  response.resume()
  if (response.statusCode !== 200) throw new Error(`the upload was answered ${response.statusCode}`)
  return megabytes / ((performance.now() - begin) / 1000)
}

async function download({ url }: Server, path: string): Promise<number> {
  const begin = performance.now()
  const response = await fetch(`${url}${path}`)
  let size = 0
  for await (const chunk of response.body ?? []) size += (chunk as Uint8Array).length
  if (size !== megabytes * 2 ** 20) throw new Error(`${size} bytes came back`)
  return megabytes / ((performance.now() - begin) / 1000)
}

/** Of a server's own process, in MiB, as Linux counts it; 0 elsewhere. */
function memoryOf({ pid }: Server, name: 'VmRSS' | 'VmHWM'): number {
  if (pid === undefined || process.platform !== 'linux') return 0
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
}
