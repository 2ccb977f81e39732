import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Where something goes that is called `name` at its source: into the folder that was asked for, where that is one or ends as one does,
 * else to the path itself; under its own name unless asked.
 */
export function placeAsked(folder: string, asked: string | undefined, name: string): string {
  if (asked === undefined) return name
  return asked.endsWith('/') || isFolder(resolve(folder, asked)) ? join(asked, name) : asked
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
