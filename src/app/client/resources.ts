import { cpus, totalmem } from 'node:os'

/** What a run of this process is made on. */
export function machine(): Readonly<Record<string, string>> {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 20)} MB`,
  }
}

/** Samples what the process uses: its share of one core since the last sample in percent, and its resident memory. */
export function sampler(): () => Readonly<Record<string, number>> {
  let before = process.cpuUsage()
  let at = performance.now()
  return () => {
    const now = process.cpuUsage()
    const elapsed = Math.max(1, performance.now() - at)
    const used = (now.user + now.system - before.user - before.system) / 1000
    before = now
    at = performance.now()
    return {
      'system/process_cpu_percent': (used / elapsed) * 100,
      'system/process_rss_megabytes': process.memoryUsage.rss() / 2 ** 20,
    }
  }
}
