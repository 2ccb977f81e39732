import { appendFileSync } from 'node:fs'
import { replaceFile } from '../lock-store.ts'
import { readText } from '../repository.ts'
import type { ResourceSample } from './executor.ts'

const mostKept = 200
const firstEverySeconds = 0.1

/**
 * Keeps samples of an attempt beside its log, a line each, so that they can be read while it runs. Of more than two hundred every second
 * one goes, with the most memory of the two in the one that stays, and from then on they lie twice as far apart.
 */
export function sampleWriter(log: string): (sample: ResourceSample) => void {
  let samples: readonly ResourceSample[] = []
  let every = firstEverySeconds
  let peak = 0
  return (sample) => {
    peak = Math.max(peak, sample.rssBytes)
    if (sample.seconds - (samples.at(-1)?.seconds ?? 0) < every) return
    const next = { ...sample, rssBytes: peak }
    peak = 0
    samples = [...samples, next]
    try {
      if (samples.length < mostKept) appendFileSync(fileOf(log), lineOf(next))
      else {
        samples = thinned(samples)
        every *= 2
        replaceFile(fileOf(log), samples.map(lineOf).join(''), false)
      }
    } catch {
      // the picture has a gap; a stage that runs for hours does not end because of it
    }
  }
}

/** Oldest first; none of an attempt that was too short, or ran where nobody could look. A line cut short is passed over. */
export function readSamples(log: string): readonly ResourceSample[] {
  return (readText(fileOf(log)) ?? '').split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as ResourceSample]
    } catch {
      return []
    }
  })
}

function thinned(samples: readonly ResourceSample[]): readonly ResourceSample[] {
  return samples.flatMap((sample, at) => {
    if (at % 2 === 0) return []
    const rssBytes = Math.max(sample.rssBytes, samples[at - 1]?.rssBytes ?? 0)
    return [{ ...sample, rssBytes }]
  })
}

function fileOf(log: string): string {
  return `${log}.samples`
}

function lineOf(sample: ResourceSample): string {
  return `${JSON.stringify(sample)}\n`
}
