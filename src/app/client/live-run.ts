import { constants, openAsBlob } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { measured, operations, uncommittedPath, type Caller } from '#contract'
import type { ParamValue } from './deliver.ts'
import { readArguments } from './read-arguments.ts'
import { machine, sampler } from './resources.ts'
import { sendBuffer } from './send-buffer.ts'
import { attemptTags, codeSource, rerunTags } from './source.ts'
import { whenProcessEnds, type RunStatus } from './when-process-ends.ts'

/** What a run notes of its process by itself. */
export interface AutologOptions {
  /** The arguments of the program as params: `--lr 0.1`. */
  readonly argv?: boolean
  /** These variables of the environment as params; the others may be secrets. */
  readonly env?: readonly string[]
  /** How often processor and memory are sampled (ms), or false; 10,000 unless said. */
  readonly resources?: number | false
  /** Whether the difference of the code from its commit is kept among the files of the run; it is unless false is said. */
  readonly uncommitted?: boolean
}

export interface RunRequest {
  /** Made when there is none; `/` in the name puts it in a folder. */
  readonly experiment: string
  readonly name?: string
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly tags?: Readonly<Record<string, string>>
  /** Code version, command and machine are noted unless it is false. */
  readonly autolog?: AutologOptions | false
}

/** A run under way. What is logged is kept and sent in the background; nothing here throws unless the client is strict. */
export interface LiveRun {
  /** Undefined while the server has not been reached. */
  readonly id: string | undefined
  logMetrics(metrics: Readonly<Record<string, number>>, step?: number): void
  logParams(params: Readonly<Record<string, ParamValue>>): void
  setTags(tags: Readonly<Record<string, string>>): void
  /** A file by its bytes, or by its path on this machine; resolves when it has been read. */
  logArtifact(path: string, content: Uint8Array | string | { readonly file: string }): Promise<void>
  /** Resolves when all that was logged before is on the server, or given up. */
  flush(): Promise<void>
  /** Sends what is left and ends the run; a process that ends without it ends the run by itself. */
  end(status?: RunStatus): Promise<void>
}

export interface RunParts {
  readonly caller: Caller
  readonly server: { readonly url: string; readonly project: string; readonly token?: string }
  readonly strict: boolean
  readonly onProblem: (problem: string) => void
}

const startMs = 1000
const sampleEveryMs = 10_000
/** How long the end of a run waits for a server that is away. */
const patienceMs = 15_000

export async function openRun(
  request: RunRequest,
  { caller, server, strict, onProblem }: RunParts,
): Promise<LiveRun> {
  const { experiment, name, params, tags, autolog = {} } = request
  let id: string | undefined
  let ended = false
  let step = 0
  const told = new Set<string>()
  const problems: string[] = []

  function problem(text: string): void {
    problems.push(text)
    if (strict || told.has(text)) return
    told.add(text)
    onProblem(text)
  }

  const buffer = sendBuffer(async ({ metrics, params: some, tags: others }) => {
    if (id === undefined) return
    const entries = { run: id, metrics: [...metrics], params: { ...some }, tags: { ...others } }
    await caller.call(operations.runs.log, entries)
  }, problem)
  if (strict) buffer.hurry(0)

  const made = autolog === false ? { source: {} } : await codeSource(autolog)
  const source = autolog === false ? {} : { ...made.source, environment: machine() }
  const begun = buffer.task(async () => {
    const { run } = await caller.call(operations.runs.create, {
      ...{ experiment, source, startedAt: Date.now() },
      params: { ...(autolog === false ? {} : chosenParams(autolog)), ...params },
      tags: { ...tags, ...rerunTags(), ...attemptTags() },
      ...(name === undefined ? {} : { name }),
    })
    id = run.id
    if (made.patch !== undefined) {
      await caller.call(operations.runs.putArtifact, { run: id, path: uncommittedPath }, made.patch)
    }
  })
  // For its identifier, if it can be had soon.
  await Promise.race([begun, delay(startMs)])
  if (strict) await begun.then(settle)

  /** In a strict client what went wrong since is thrown now. */
  function settle(): void {
    if (!strict || problems.length === 0) return
    const [first = ''] = problems.splice(0)
    throw new Error(first)
  }

  const sampling = autolog === false ? false : (autolog.resources ?? sampleEveryMs)
  const sample = sampler()
  const timer =
    sampling === false ? undefined : setInterval(() => log(sample(), step), sampling).unref()

  function log(metrics: Readonly<Record<string, number>>, at: number): void {
    const time = Date.now()
    buffer.metrics(
      Object.entries(metrics).map(([key, value]) => ({
        key,
        value: measured(value),
        step: at,
        time,
      })),
    )
  }

  async function end(status: RunStatus = 'finished'): Promise<void> {
    if (ended) return
    ended = true
    clearInterval(timer)
    buffer.hurry(patienceMs)
    if (sampling !== false) log(sample(), step)
    forget()
    await buffer.task(async () => {
      if (id !== undefined) await caller.call(operations.runs.end, { run: id, status })
    })
    buffer.close()
    settle()
  }

  const forget = whenProcessEnds({
    end,
    atOnce: (status) =>
      ended || id === undefined ? undefined : { server, run: id, entries: buffer.take(), status },
    onProblem: problem,
  })

  return {
    get id() {
      return id
    },
    end,
    logMetrics(metrics, at) {
      step = at ?? step
      log(metrics, step)
    },
    logParams: (more) => buffer.params(more),
    setTags: (more) => buffer.tags(more),
    async logArtifact(path, content) {
      const read = await readNow(content).catch((error: unknown) => problem(String(error)))
      if (!read) return settle()
      const sent = buffer.task(async () => {
        if (id === undefined) return
        await caller.call(operations.runs.putArtifact, { run: id, path }, read.bytes)
      })
      void sent.then(read.done)
      if (strict) await sent.then(settle)
    },
    async flush() {
      await buffer.flush()
      settle()
    },
  }
}

interface ReadContent {
  readonly bytes: Uint8Array | Blob
  /** To be called when they are sent, or never will be. */
  done(): Promise<void>
}

/** More than that is not held in memory until it is sent. */
const mostHeld = 64 << 20

/** What is in it now, whatever becomes of a file later: of a large one a copy is sent. */
async function readNow(
  content: Uint8Array | string | { readonly file: string },
): Promise<ReadContent> {
  const held = (bytes: Uint8Array): ReadContent => ({ bytes, done: () => Promise.resolve() })
  if (typeof content === 'string') return held(Buffer.from(content))
  if (content instanceof Uint8Array) return held(content)
  const { size } = await stat(content.file)
  if (size <= mostHeld) return held(await readFile(content.file))
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-artifact-'))
  const done = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    const copy = join(folder, 'file')
    await copyFile(content.file, copy, constants.COPYFILE_FICLONE)
    return { bytes: await openAsBlob(copy), done }
  } catch (error) {
    await done()
    throw error
  }
}

function chosenParams({ argv = false, env = [] }: AutologOptions): Record<string, ParamValue> {
  return {
    ...(argv ? readArguments(process.argv.slice(2)) : {}),
    ...Object.fromEntries(
      env.flatMap((name) => {
        const value = process.env[name]
        return value === undefined ? [] : [[name, value]]
      }),
    ),
  }
}
