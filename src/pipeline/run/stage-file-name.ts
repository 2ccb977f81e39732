import { hash } from 'node:crypto'

/** What a disk takes for a name, less what comes behind it. */
const longest = 200

/** The name of a stage's files of ours: its address, and of a long one its beginning and a digest of it. */
export function stageFileName(address: string): string {
  const name = encodeURIComponent(address)
  if (name.length <= longest) return name
  return `${name.slice(0, longest - 17)}-${hash('sha256', address, 'hex').slice(0, 16)}`
}
