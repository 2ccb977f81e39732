import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { httpCaller } from '#contract'
import { readDeclaration } from '#operations'
import { initProject } from '../init.ts'
import { startServer } from '../server.ts'
import { ask } from './ask.ts'
import { bringDataIn } from './bring-data-in.ts'
import { disturb } from './disturb.ts'
import { checkLinks, linksOf } from './links.ts'
import { prepare, receiveWebhooks } from './prepare.ts'
import { promote } from './promote.ts'
import { renew } from './renew.ts'
import { review } from './review.ts'
import { namesOf, type Link, type Scene } from './scene.ts'
import { train } from './train.ts'

export interface DemoOptions {
  readonly template: string
  readonly dir?: string
  readonly port: number
  readonly onStep?: (done: number, total: number, message: string) => void
}

export interface DemoResult {
  readonly dir: string
  readonly url: string
  readonly seconds: number
  /** What happened, a sentence each. */
  readonly story: readonly string[]
  readonly links: readonly Link[]
  stop(): Promise<void>
}

const steps: readonly { readonly title: string; readonly run: (scene: Scene) => Promise<void> }[] =
  [
    { title: 'importing, checking and cleaning the data', run: bringDataIn },
    { title: 'running the pipeline', run: train },
    { title: 'taking the best run through the gate', run: promote },
    { title: 'asking the endpoint', run: ask },
    { title: 'sending noisy data', run: disturb },
    { title: 'labelling what the model is unsure of', run: review },
    { title: 'retraining and swapping under load', run: renew },
  ]

/** Makes a project from an example and takes its model once round the loop, every step through the server as a user would. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const dir = resolve(options.dir ?? (await mkdtemp(join(tmpdir(), 'tidemill-demo-'))))
  await initProject({ dir, template: options.template })
  const receiver = await receiveWebhooks()
  await prepare(dir, receiver.url)
  const server = await startServer({
    home: join(dir, '.tidemill'),
    workspace: dir,
    host: '127.0.0.1',
    port: options.port,
    logLevel: 'warn',
    logTo: process.stderr,
  })
  const stop = async (): Promise<void> => {
    await server.stop()
    receiver.close()
  }
  try {
    const begin = performance.now()
    const declared = await readDeclaration(
      await readFile(join(dir, 'tidemill.yaml'), 'utf8'),
      'tidemill.yaml',
    )
    const scene: Scene = {
      dir,
      server,
      caller: httpCaller({ url: server.url }),
      names: namesOf(declared),
      story: [],
      alarmsReceived: receiver.received,
    }
    for (const [index, step] of steps.entries()) {
      options.onStep?.(index, steps.length, step.title)
      await step.run(scene)
    }
    const seconds = (performance.now() - begin) / 1000
    const links = await linksOf(scene)
    await checkLinks(links)
    return { dir, url: server.url, seconds, story: scene.story, links, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
