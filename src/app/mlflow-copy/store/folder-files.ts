import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Json } from '../../json.ts'
import type { Texts } from './mlflow-store.ts'
import { ifThere } from './stored-files.ts'

export async function folders(place: string): Promise<readonly string[]> {
  const entries = (await ifThere(readdir(place, { withFileTypes: true }))) ?? []
  return entries.flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : [],
  )
}

export async function links(place: string): Promise<readonly Json[]> {
  const found = await Promise.all((await folders(place)).map((each) => meta(join(place, each))))
  return found.filter((each) => each !== undefined)
}

export async function meta(place: string): Promise<Json | undefined> {
  const text = await ifThere(readFile(join(place, 'meta.yaml'), 'utf8'))
  if (text === undefined) return undefined
  const value: unknown = parse(text)
  return typeof value === 'object' && value !== null ? (value as Json) : undefined
}

/** Keys are paths: one with a slash is a file in a folder. */
export async function names(place: string): Promise<readonly string[]> {
  const entries = (await ifThere(readdir(place, { withFileTypes: true, recursive: true }))) ?? []
  return entries.flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name).slice(place.length + 1)] : [],
  )
}

export async function texts(place: string): Promise<Texts> {
  const keys = await names(place)
  return Object.fromEntries(
    await Promise.all(keys.map(async (key) => [key, await readFile(join(place, key), 'utf8')])),
  ) as Texts
}

/** As Python writes doubles. */
export function doubleOf(text: string): number | string {
  const special: Readonly<Record<string, string>> = {
    nan: 'NaN',
    inf: 'Infinity',
    '-inf': '-Infinity',
  }
  return special[text.toLowerCase()] ?? Number(text)
}
