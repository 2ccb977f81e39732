import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Executor, StageResult, StageTask } from '#pipeline'
import type { ResourceSample } from '../../../src/pipeline/run/executor.ts'
import { processFacts } from '../../../src/pipeline/run/process-group.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A place to run tasks, and to see what they made. */
interface Bench {
  readonly executor: Executor
  readonly folder: string
  run(task: Partial<StageTask>, signal?: AbortSignal): Promise<Ran>
}

interface Ran {
  readonly result: StageResult
  readonly log: string
  /** What the executor handed on while it ran. */
  readonly said: string
  readonly samples: readonly ResourceSample[]
  /** The text of an output, wherever the executor left it. */
  output(path: string): string | undefined
}

/** Holds an executor to what every one must do: on this machine, in another folder, or on another machine. */
export function executorContract(name: string, open: (root: string) => Executor): void {
  const title = (text: string): string => `${name}: ${text}`

  test(title('commands run one after another and end at the first failure'), async (t) => {
    const bench = await benchOf(t, open)
    const { result, log } = await bench.run({ commands: ['echo one', 'exit 7', 'echo three'] })
    assert.equal(result.exitCode, 7)
    assert.equal(result.cancelled, false)
    assert.match(log, /^> echo one\none\n> exit 7\n/)
    assert.doesNotMatch(log, /three/)
  })

  test(title('what the commands print reaches the log and the listener, errors too'), async (t) => {
    const bench = await benchOf(t, open)
    const { log, said } = await bench.run({ commands: ['echo out; echo err >&2; printf "é 😀"'] })
    assert.match(log, /out\nerr\né 😀/)
    assert.equal(said, log)
  })

  test(
    title('signs that end a line elsewhere pass in commands, variables and what is printed'),
    async (t) => {
      const signs = 'a\u2028b\u2029c\u0085d'
      const bench = await benchOf(t, open)
      const { result, said } = await bench.run({
        env: { ...pathOnly(), SIGNS: signs },
        commands: [`printf '%s' '${signs}'; printf '%s' "$SIGNS"`],
      })
      assert.equal(result.exitCode, 0)
      assert.ok(said.endsWith(`\n${signs}${signs}`), JSON.stringify(said))
    },
  )

  test(title('inputs are there by path and digest: files, folders, exec bits'), async (t) => {
    const bench = await benchOf(t, open)
    const inputs = [
      give(bench.folder, 'deep/in.txt', 'input\n'),
      { ...give(bench.folder, 'run.sh', '#!/bin/sh\necho ran\n', 0o755), isexec: true },
      giveFolder(bench.folder, 'data', { 'a b': 'x', 'sub/é\n.txt': 'y' }),
    ]
    const { result, log } = await bench.run({
      inputs,
      commands: ['cat deep/in.txt', './run.sh', 'cat "data/a b" data/sub/*'],
    })
    assert.equal(result.exitCode, 0, log)
    assert.match(log, /input\n[^]*ran\n[^]*xy$/)
  })

  test(title('outputs come back whole, files and folders'), async (t) => {
    const bench = await benchOf(t, open)
    const ran = await bench.run({
      commands: ['echo made > out.txt; mkdir -p model/deep; echo w > model/deep/weights'],
      outputs: ['out.txt', 'model'],
    })
    assert.equal(ran.output('out.txt'), 'made\n')
    assert.equal(ran.output('model/deep/weights'), 'w\n')
  })

  test(
    title('an output that was not made is missing, and nothing is invented for it'),
    async (t) => {
      const bench = await benchOf(t, open)
      const ran = await bench.run({ commands: ['true'], outputs: ['never.txt'] })
      assert.equal(ran.result.exitCode, 0)
      assert.equal(ran.output('never.txt'), undefined)
    },
  )

  test(title('the working folder and the variables are those of the task'), async (t) => {
    const bench = await benchOf(t, open)
    const { log } = await bench.run({
      folder: 'sub/folder',
      env: { ...pathOnly(), WORD: 'tide mill' },
      commands: ['basename "$PWD"', 'echo "$WORD"', 'echo "$DVC_STAGE"', 'test -d "$DVC_ROOT"'],
    })
    assert.match(log, /\nfolder\n[^]*\ntide mill\n[^]*\nstage\n/)
  })

  test(title('a command that a signal ends has 128 and its number'), async (t) => {
    const bench = await benchOf(t, open)
    const { result } = await bench.run({ commands: ['kill -9 $$'] })
    assert.equal(result.exitCode, 137)
  })

  test(
    title('cancelling ends every process of the task, those in the background too'),
    async (t) => {
      const bench = await benchOf(t, open)
      const stop = new AbortController()
      const pidFile = join(bench.folder, 'pid')
      const running = bench.run(
        { commands: [`(sleep 60 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait)`] },
        stop.signal,
      )
      while (!existsSync(pidFile)) await delay(10)
      const pid = Number(readFileSync(pidFile, 'utf8'))
      stop.abort()
      const { result } = await running
      assert.equal(result.cancelled, true)
      assert.notEqual(result.exitCode, 0)
      assert.ok(['Z', undefined].includes(processFacts(pid)?.state))
    },
  )

  test(title('a task that was cancelled before it began runs nothing'), async (t) => {
    const bench = await benchOf(t, open)
    const { result, log } = await bench.run({ commands: ['echo begun'] }, AbortSignal.abort())
    assert.equal(result.cancelled, true)
    assert.doesNotMatch(log, /^begun/m)
  })

  test(title('what was used is recorded: time, memory, bytes read and written'), async (t) => {
    const bench = await benchOf(t, open)
    const { result } = await bench.run({
      commands: [
        'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done',
        'head -c 3000000 /dev/zero > big',
      ],
      outputs: ['big'],
    })
    const { cpuSeconds, wallSeconds, peakRssBytes, readBytes, writtenBytes } = result.resources
    assert.ok(cpuSeconds > 0 && wallSeconds > 0 && peakRssBytes > 0)
    // head reads and writes so much, and the processes' own libraries a little more
    for (const bytes of [readBytes, writtenBytes])
      assert.ok(bytes >= 3e6 && bytes < 4e6, `${bytes}`)
  })

  test(title('what is used is told while it is used, over all commands of the task'), async (t) => {
    const bench = await benchOf(t, open)
    const { samples, result } = await bench.run({
      commands: ['i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done', 'sleep 0.3'],
    })
    const [last] = samples.slice(-1)
    assert.ok(last && last.seconds <= result.resources.wallSeconds && last.rssBytes > 0)
    assert.ok(samples.every(({ seconds }, at) => seconds > (samples[at - 1]?.seconds ?? 0)))
    // the first command's time is in the samples of the second
    const gap = Math.abs(last.cpuSeconds - result.resources.cpuSeconds)
    assert.ok(gap < 0.1 + result.resources.cpuSeconds / 4, JSON.stringify([last, result]))
  })
}

function pathOnly(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', SHELL: '/bin/sh' }
}

async function benchOf(t: TestContext, open: (root: string) => Executor): Promise<Bench> {
  const folder = await temporaryFolder(t)
  const root = join(folder, 'tree')
  mkdirSync(root)
  const executor = open(root)
  return {
    executor,
    folder,
    async run(task, signal) {
      const log = join(folder, 'logs', 'log')
      let said = ''
      const samples: ResourceSample[] = []
      const inputs = task.inputs ?? []
      // an executor that works in the tree finds the inputs there, as in a repository
      if (!executor.byDigest)
        for (const { path, md5 } of inputs) placeObject(folder, root, path, md5)
      const result = await executor.run(
        {
          stage: 'stage',
          commands: [],
          folder: '.',
          env: pathOnly(),
          outputs: [],
          ...task,
          inputs,
        },
        {
          log,
          mark: join(folder, 'mark'),
          objects: join(folder, 'objects'),
          onOutput: (text) => (said += text),
          onSample: (sample) => samples.push(sample),
          ...(signal ? { signal } : {}),
        },
      )
      assert.equal(existsSync(join(folder, 'mark')), false)
      return {
        result,
        log: existsSync(log) ? readFileSync(log, 'utf8') : '',
        said,
        samples,
        output(path) {
          for (const entry of result.outputs ?? [])
            placeObject(folder, root, entry.path, entry.md5 ?? '')
          if (executor.byDigest) assert.ok(result.outputs)
          const file = join(root, path)
          return existsSync(file) ? readFileSync(file, 'utf8') : undefined
        },
      }
    },
  }
}

function objectFile(folder: string, md5: string): string {
  return join(folder, 'objects/files/md5', md5.slice(0, 2), md5.slice(2))
}

function store(folder: string, text: string, suffix = ''): string {
  const md5 = `${hash('md5', text, 'hex')}${suffix}`
  mkdirSync(dirname(objectFile(folder, md5)), { recursive: true })
  writeFileSync(objectFile(folder, md5), text)
  return md5
}

const modes = new Map<string, number>()

function give(folder: string, path: string, text: string, mode = 0o644) {
  const md5 = store(folder, text)
  modes.set(md5, mode)
  return { path, md5 }
}

function giveFolder(folder: string, path: string, files: Readonly<Record<string, string>>) {
  const entries = Object.entries(files).map(([relpath, text]) => {
    const name = JSON.stringify(relpath).replace('é', '\\u00e9')
    return `{"md5": "${store(folder, text)}", "relpath": ${name}}`
  })
  return { path, md5: store(folder, `[${entries.join(', ')}]`, '.dir') }
}

function placeObject(folder: string, root: string, path: string, md5: string): void {
  const text = readFileSync(objectFile(folder, md5), 'utf8')
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  if (!md5.endsWith('.dir')) {
    writeFileSync(target, text, { mode: modes.get(md5) ?? 0o644 })
    return
  }
  for (const { md5: inner, relpath } of JSON.parse(text) as { md5: string; relpath: string }[])
    placeObject(folder, root, join(path, relpath), inner)
}
