import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** A Node on the PATH that cannot run Tidemill by itself but can read its launcher: 18 up to the one it needs. */
export function olderNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((node) => {
      const major = Number(/^v(\d+)\./.exec(run(node))?.[1])
      return major >= 18 && major < 24
    })
}

function run(node: string): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout ?? ''
}
