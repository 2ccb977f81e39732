import { createReadStream } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Files } from './mlflow-store.ts'

/** Where the files of an address are: on this machine, or below the folder that a server kept them in. */
export function filesAt(uri: string, base: string, served: string | undefined): Files {
  if (uri.startsWith('file:')) return { folder: fileURLToPath(uri) }
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*)$/.exec(uri)
  if (proxied) {
    return served === undefined ? { elsewhere: uri } : { folder: join(served, proxied[1] ?? '') }
  }
  if (/^[a-z][\w+.-]+:/i.test(uri)) return { elsewhere: uri }
  return { folder: isAbsolute(uri) ? uri : resolve(base, uri) }
}

export async function listFiles(
  files: Files,
  path: string,
): Promise<readonly { path: string; is_dir: boolean; file_size?: number }[]> {
  const folder = await within(files, path)
  if (folder === undefined) return []
  const entries = await readdir(folder, { withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map(async (entry) => {
        const own = path === '' ? entry.name : `${path}/${entry.name}`
        if (entry.isDirectory()) return { path: own, is_dir: true }
        return { path: own, is_dir: false, file_size: (await stat(join(folder, entry.name))).size }
      }),
  )
}

export async function readFileOf(files: Files, path: string): Promise<ReadableStream<Uint8Array>> {
  const file = await findFileOf(files, path)
  if (file === undefined) throw new Error(`there is no file ${path}`)
  return Readable.toWeb(file) as ReadableStream<Uint8Array>
}

export async function findFileOf(files: Files, path: string): Promise<Readable | undefined> {
  const file = await within(files, path)
  return file === undefined ? undefined : createReadStream(file)
}

/** Undefined instead of what is not there; whatever else keeps it from being read is an error, else it would pass for nothing. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** A path in the folder; a link that leads out of it is none of its files. */
async function within(files: Files, path: string): Promise<string | undefined> {
  if ('elsewhere' in files) {
    throw new Error(
      `its files are at ${files.elsewhere}, which cannot be read from here (--artifacts DIR names the folder its server kept them in)`,
    )
  }
  const root = await ifThere(realpath(files.folder))
  if (root === undefined) return undefined
  const real = await ifThere(realpath(join(root, path)))
  if (real === undefined) return undefined
  const way = relative(root, real)
  if (way.startsWith('..') || isAbsolute(way)) throw new Error(`${path} leads out of its folder`)
  return real
}
