export interface LoggedImage {
  readonly step: number
  readonly time: number
  readonly path: string
  /** A smaller copy, where there is one. */
  readonly small: string
}

export interface ImageSeries {
  readonly key: string
  /** By step. */
  readonly images: readonly LoggedImage[]
}

/** `images/<key>+step+<n>+timestamp+<ms>+<id>[+compressed].<type>`, as MLflow's `log_image` names them; older clients part by %. */
const pattern =
  /^images\/(?<key>.+?)(?<sign>[+%])step\k<sign>(?<step>-?\d+)\k<sign>timestamp\k<sign>(?<time>\d+)\k<sign>(?<id>[^+%/]+?)(?<small>\k<sign>compressed)?\.\w+$/

/** The pictures that were logged under a key, step by step, in the order of their keys. */
export function imageSeries(paths: readonly string[]): readonly ImageSeries[] {
  const found = new Map<string, Map<string, LoggedImage>>()
  for (const path of paths) {
    const groups = pattern.exec(path)?.groups
    if (groups === undefined) continue
    const key = (groups.key ?? '').replaceAll('#', '/')
    const images = found.get(key) ?? new Map<string, LoggedImage>()
    const id = `${groups.step} ${groups.time} ${groups.id}`
    const before = images.get(id)
    const isSmall = groups.small !== undefined
    images.set(id, {
      step: Number(groups.step),
      time: Number(groups.time),
      path: isSmall ? (before?.path ?? path) : path,
      small: isSmall ? path : (before?.small ?? path),
    })
    found.set(key, images)
  }
  return [...found]
    .map(([key, images]) => ({
      key,
      images: [...images.values()].sort((a, b) => a.step - b.step || a.time - b.time),
    }))
    .sort((a, b) => a.key.localeCompare(b.key))
}
