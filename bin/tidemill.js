#!/usr/bin/env node
// Any Node from 18 on can read this file. It runs the command line under a Node that can run Tidemill: this one if it is new
// enough, else the one that was installed beside Tidemill.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { useBundledPackages } from './bundled-packages.js'
import { compileCacheFolder } from './compile-cache.js'

const needed = [24, 21]
// An older SQLite writes doubles with 15 digits into JSON; Node brings its own.
const neededSqlite = [3, 53]
const fromSource = new URL('../src/cli/main.ts', import.meta.url)
const built = new URL('../dist/cli/main.js', import.meta.url)
const main = existsSync(fromSource) ? fromSource : built

const enough =
  isFrom(process.versions.node, needed) && isFrom(process.versions.sqlite ?? '0.0', neededSqlite)
if (enough) {
  // Before anything is loaded: what strips types takes 40 ms to load itself, and is not needed for files that are in the cache.
  if (!module.getCompileCacheDir()) {
    const folder = compileCacheFolder()
    if (folder !== undefined) module.enableCompileCache(folder)
  }
  useBundledPackages()
  await import(main.href)
} else {
  // What was started by this file already, below, would be started without end.
  const node = process.env.TIDEMILL_FOLLOWS_PARENT ? undefined : installedNode()
  if (node) {
    runUnder(node)
  } else {
    process.stderr.write(
      `tidemill needs Node ${needed.join('.')} or later; this is ${process.version}, and none was installed beside it.\n` +
        'Install one (https://nodejs.org), or run "npm ci" in the checkout without --omit=optional.\n',
    )
    process.exitCode = 69
  }
}

function isFrom(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}

function installedNode() {
  const resolve = createRequire(import.meta.url).resolve
  try {
    return resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    return undefined
  }
}

function runUnder(node) {
  // The channel tells the child when this process is gone, even by kill -9, so that no server is left behind.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, TIDEMILL_FOLLOWS_PARENT: '1' },
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', (error) => {
    process.stderr.write(`tidemill could not start ${node}: ${error.message}\n`)
    process.exitCode = 69
  })
  child.on('exit', (code, signal) => {
    for (const each of signals) process.removeAllListeners(each)
    if (signal) process.kill(process.pid, signal)
    else process.exitCode = code ?? 1
  })
}
