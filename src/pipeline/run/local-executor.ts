import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises'
import { constants } from 'node:os'
import type { Executor, StageResult } from './executor.ts'
import { groupMembers, groupUse, processFacts, signalGroup } from './process-group.ts'

export interface LocalExecutorOptions {
  /** The tree that tasks work in. */
  readonly root: string
  /** The shell that commands are for; `$SHELL` as DVC takes it, else `/bin/sh`. */
  readonly shell?: string
  /** How long a cancelled stage may take to end by itself. */
  readonly graceMs?: number
}

// The outer shell lives on when the stage is told to end, so that it can say what the stage used. It adds up the CPU time of all that ran, and the kernel in the shell's own entry what all of it read and wrote, also
// of processes too short to be looked at. Both are reported at the end on descriptor 3, with what the shell can do by itself.
const measured = `trap : TERM; "$@"; code=$?; times >&3
if [ -r /proc/$$/io ]; then while read -r key value; do echo "$key $value" >&3; done < /proc/$$/io; fi
exit $code`

const firstLookMs = 15
const slowestLookMs = 500

/**
 * Runs stages as processes of this machine, each in a session and process group of its own, its output going straight to the
 * log: the log is whole even when this process is killed.
 */
export function localExecutor(options: LocalExecutorOptions): Executor {
  const graceMs = options.graceMs ?? 5000
  return {
    byDigest: false,
    async run(task, { log: logFile, mark, signal, onOutput, onSample, tracer }) {
      const folder = isAbsolute(task.folder) ? task.folder : join(options.root, task.folder)
      fs.mkdirSync(folder, { recursive: true })
      const env = { ...task.env, DVC_ROOT: options.root, DVC_STAGE: task.stage }
      const started = performance.now()
      let exitCode = 0
      let cpuSeconds = 0
      let peakRssBytes = 0
      let [readBytes, writtenBytes] = [0, 0]
      fs.mkdirSync(dirname(logFile), { recursive: true })
      const log = fs.openSync(logFile, 'a')
      const tail = tailOf(logFile, onOutput)
      tracer?.begin()
      const shell = shellOf(options.shell ?? task.env.SHELL)
      try {
        for (const command of task.commands) {
          if (signal?.aborted) break
          fs.writeSync(log, `> ${command}\n`)
          const ended = await oneCommand(tracer?.wrap([...shell, command]) ?? [...shell, command])
          cpuSeconds += ended.cpuSeconds
          exitCode = ended.exitCode
          if (exitCode !== 0) break
        }
      } finally {
        fs.closeSync(log)
        fs.rmSync(mark, { force: true })
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
            cwd: folder,
            env,
            detached: true,
            stdio: ['ignore', log, log, 'pipe'],
          })
          const group = child.pid
          try {
            if (group !== undefined) noteGroup(mark, group)
          } catch (error) {
            // Nobody would find it again.
            if (group !== undefined) signalGroup(group, 'SIGKILL')
            reject(error)
            return
          }
          let used = ''
          const report = child.stdio[3] as Readable | null
          report?.setEncoding('utf8')
          report?.on('data', (text: string) => (used += text))
          let wait = firstLookMs
          const look = (): void => {
            if (group === undefined) return
            const use = groupUse(group)
            peakRssBytes = Math.max(peakRssBytes, use.peakRssBytes)
            if (use.rssBytes > 0) {
              onSample?.({
                seconds: (performance.now() - started) / 1000,
                cpuSeconds: cpuSeconds + use.cpuSeconds,
                rssBytes: use.rssBytes,
              })
            }
            tail.read()
            wait = Math.min(wait * 1.5, slowestLookMs)
            timer = setTimeout(look, wait)
          }
          let timer = setTimeout(look, wait)
          let stopping: Promise<void> | undefined
          const stop = (): void => {
            if (group !== undefined) stopping ??= endGroup(group, graceMs)
          }
          signal?.addEventListener('abort', stop, { once: true })
          const settle = (): void => {
            clearTimeout(timer)
            signal?.removeEventListener('abort', stop)
          }
          child.once('error', (error) => {
            settle()
            reject(error)
          })
          // 'exit' and not 'close': a background process of the stage may hold descriptor 3 for ever
          child.once('exit', (code, signalName) => {
            settle()
            void Promise.all([breathe(), stopping]).then(() => {
              report?.destroy()
              readBytes += bytesOf(used, 'rchar')
              writtenBytes += bytesOf(used, 'wchar')
              const number = signalName === null ? 0 : constants.signals[signalName]
              resolve({ exitCode: code ?? 128 + number, cpuSeconds: secondsOf(used) })
            })
          })
        })
      }
    },
  }
}

/** Where a group is noted, so that a later run can end what a killed one left. */
function noteGroup(mark: string, group: number): void {
  fs.mkdirSync(dirname(mark), { recursive: true })
  fs.writeFileSync(mark, JSON.stringify({ group, startedAt: processFacts(group)?.startedAt }))
}

/** Tells a group to end, background processes too, and ends it when it has had its time. */
async function endGroup(group: number, graceMs: number): Promise<void> {
  const told = new Set(groupMembers(group))
  signalGroup(group, 'SIGTERM')
  const patience = performance.now() + graceMs
  // What cannot be killed, as in a broken network share, is waited for a little and then left.
  while (performance.now() < patience + 2000) {
    const members = groupMembers(group)
    if (members.length === 0) return
    if (performance.now() >= patience) signalGroup(group, 'SIGKILL')
    // A shell that was about to start its command starts it all the same.
    else for (const late of members.filter((each) => !told.has(each))) tellLate(late)
    for (const each of members) told.add(each)
    await delay(10)
  }
}

function tellLate(member: number): void {
  try {
    process.kill(member, 'SIGTERM')
  } catch {
    // It ended by itself.
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

function bytesOf(used: string, key: string): number {
  return Number(new RegExp(`^${key}: (\\d+)$`, 'm').exec(used)?.[1] ?? 0)
}

/** The sum of what `times` says of the shell's children: its second line, user and system. */
function secondsOf(times: string): number {
  const [, children = ''] = times.trim().split('\n')
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (total, [, minutes, seconds]) => total + Number(minutes) * 60 + Number(seconds),
    0,
  )
}

const mostALook = 256 * 1024

/** Hands on what a log has gained since the last look: of a stage that says more than anybody can read, the newest part. */
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
    const { size } = fs.fstatSync(handle)
    const passedOver = size - at - mostALook
    if (passedOver > 0) {
      onOutput(`${decoder.decode()}\n… ${passedOver} bytes are in the log alone …\n`)
      at += passedOver
    }
    while (at < size) {
      const count = fs.readSync(handle, buffer, 0, Math.min(buffer.length, size - at), at)
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
