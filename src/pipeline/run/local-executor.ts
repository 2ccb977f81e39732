import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises'
import { constants } from 'node:os'
import type { Executor, StageResult } from './executor.ts'
import { groupMembers, groupUsage, processFacts, signalGroup } from './process-group.ts'

export interface LocalExecutorOptions {
  /** The shell that commands are for; `$SHELL` as DVC takes it, else `/bin/sh`. */
  readonly shell?: string
  /** How long a cancelled stage may take to end by itself. */
  readonly graceMs?: number
}

// The outer shell adds up the CPU time of all that ran and reports it at the end on descriptor 3.
const measured = '"$@"; code=$?; times >&3; exit $code'

const firstLookMs = 15
const slowestLookMs = 500

/**
 * Runs stages as processes of this machine, each in a session and process group of its own, its output going straight to the
 * log: the log is whole even when this process is killed.
 */
export function localExecutor(options: LocalExecutorOptions = {}): Executor {
  const graceMs = options.graceMs ?? 5000
  return {
    async run(task, { signal, onOutput }) {
      const started = performance.now()
      let exitCode = 0
      let cpuSeconds = 0
      let peakRssBytes = 0
      let [readBytes, writtenBytes] = [0, 0]
      fs.mkdirSync(dirname(task.log), { recursive: true })
      const log = fs.openSync(task.log, 'a')
      const tail = tailOf(task.log, onOutput)
      const shell = shellOf(options.shell ?? task.env.SHELL)
      try {
        for (const command of task.commands) {
          if (signal?.aborted) break
          fs.writeSync(log, `> ${command}\n`)
          const ended = await oneCommand([...shell, command])
          cpuSeconds += ended.cpuSeconds
          exitCode = ended.exitCode
          if (exitCode !== 0) break
        }
      } finally {
        fs.closeSync(log)
        fs.rmSync(task.mark, { force: true })
        tail.end()
      }
      const cancelled = signal?.aborted === true
      const wallSeconds = (performance.now() - started) / 1000
      const resources = { wallSeconds, cpuSeconds, peakRssBytes, readBytes, writtenBytes }
      return {
        exitCode: cancelled && exitCode === 0 ? 143 : exitCode,
        cancelled,
        resources,
      } satisfies StageResult

      function oneCommand(
        argv: readonly string[],
      ): Promise<{ exitCode: number; cpuSeconds: number }> {
        return new Promise((resolve, reject) => {
          const child = spawn('/bin/sh', ['-c', measured, 'stage', ...argv], {
            cwd: task.folder,
            env: task.env,
            detached: true,
            stdio: ['ignore', log, log, 'pipe'],
          })
          const group = child.pid
          if (group !== undefined) {
            fs.mkdirSync(dirname(task.mark), { recursive: true })
            fs.writeFileSync(
              task.mark,
              JSON.stringify({ group, startedAt: processFacts(group)?.startedAt }),
            )
          }
          let times = ''
          const report = child.stdio[3] as Readable | null
          report?.setEncoding('utf8')
          report?.on('data', (text: string) => (times += text))
          const usage = new Map<number, { read: number; written: number }>()
          let wait = firstLookMs
          const look = (): void => {
            if (group === undefined) return
            const now = groupUsage(group)
            peakRssBytes = Math.max(peakRssBytes, now.peakRss)
            for (const [pid, bytes] of now.pids) usage.set(pid, bytes)
            tail.read()
            wait = Math.min(wait * 1.5, slowestLookMs)
            timer = setTimeout(look, wait)
          }
          let timer = setTimeout(look, wait)
          let killer: NodeJS.Timeout | undefined
          const stop = (): void => {
            if (group === undefined) return
            signalGroup(group, 'SIGTERM')
            killer = setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs)
          }
          signal?.addEventListener('abort', stop, { once: true })
          const settle = (): void => {
            clearTimeout(timer)
            clearTimeout(killer)
            signal?.removeEventListener('abort', stop)
          }
          child.once('error', (error) => {
            settle()
            reject(error)
          })
          // 'exit' and not 'close': a background process of the stage may hold descriptor 3 for ever
          child.once('exit', (code, signalName) => {
            settle()
            void ended(group, signal?.aborted === true).then(() => {
              report?.destroy()
              for (const { read, written } of usage.values()) {
                readBytes += read
                writtenBytes += written
              }
              const number = signalName === null ? 0 : constants.signals[signalName]
              resolve({ exitCode: code ?? 128 + number, cpuSeconds: secondsOf(times) })
            })
          })
        })
      }
    },
  }
}

/** Waits for what was said on descriptor 3, and in a cancelled stage for the last process, which is killed if it must be. */
async function ended(group: number | undefined, cancelled: boolean): Promise<void> {
  await breathe()
  for (let tries = 0; cancelled && group !== undefined && tries < 200; tries += 1) {
    if (groupMembers(group).length === 0) return
    if (tries > 20) signalGroup(group, 'SIGKILL')
    await delay(10)
  }
}

/** DVC's way to call a shell: without the user's start-up files. */
function shellOf(shell: string | undefined): string[] {
  const path = shell === undefined || shell === '' ? '/bin/sh' : shell
  switch (basename(path)) {
    case 'bash':
      return [path, '--noprofile', '--norc', '-c']
    case 'zsh':
      return [path, '--no-rcs', '-c']
    case 'fish':
      return [path, '--no-config', '-c']
    default:
      return [path, '-c']
  }
}

/** The sum of what `times` says of the shell's children: its second line, user and system. */
function secondsOf(times: string): number {
  const [, children = ''] = times.trim().split('\n')
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds),
    0,
  )
}

/** Hands on what a log has gained since the last look. */
function tailOf(
  log: string,
  onOutput: ((text: string) => void) | undefined,
): { read(): void; end(): void } {
  if (!onOutput) return { read: () => undefined, end: () => undefined }
  const handle = fs.openSync(log, 'r')
  const decoder = new TextDecoder()
  let at = fs.fstatSync(handle).size
  const buffer = Buffer.alloc(64 * 1024)
  const read = (): void => {
    for (;;) {
      const count = fs.readSync(handle, buffer, 0, buffer.length, at)
      if (count === 0) return
      at += count
      onOutput(decoder.decode(buffer.subarray(0, count), { stream: true }))
    }
  }
  return {
    read,
    end() {
      read()
      fs.closeSync(handle)
    },
  }
}
