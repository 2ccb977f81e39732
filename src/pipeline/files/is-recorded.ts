import { join } from 'node:path'
import type { Entry } from '../model.ts'
import { makeManifest, type TreeFile } from './manifest.ts'
import type { WorkspaceFiles } from './workspace-files.ts'

/** Whether what lies at a path is what an entry records, by the hash the entry was made with. */
export async function isRecorded(
  files: WorkspaceFiles,
  target: string,
  entry: Entry,
): Promise<boolean> {
  const content = await files.content(target)
  if (!content || entry.md5 === undefined) return false
  if (content.md5 === entry.md5) return true
  if (entry.hash !== undefined) return false
  if (!content.manifest) return (await files.legacyMd5(target)) === entry.md5
  const each: TreeFile[] = []
  for (const { path } of content.manifest.files)
    each.push({ path, md5: await files.legacyMd5(join(target, path)) })
  return makeManifest(each).md5 === entry.md5
}
