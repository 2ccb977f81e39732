import { TidemillError } from '#contract'

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const

/** `30d`, `12h`, `90m` or `2w` in milliseconds. */
export function readDuration(text: string): number {
  const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? []
  if (Object.hasOwn(unitMs, unit)) {
    return Math.round(Number(count) * unitMs[unit as keyof typeof unitMs])
  }
  const problem = `"${text}" is no time span: a number with m, h, d or w, for example 30d.`
  throw new TidemillError('bad_request', { problem })
}
