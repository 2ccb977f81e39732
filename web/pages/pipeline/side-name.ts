import { shortDigest } from '../../design/format.ts'

/** A side of a comparison as a person reads it: of a tracked run the first characters of its identifier. */
export function sideName(name: string): string {
  return name.startsWith('run:') ? `run ${shortDigest(name.slice('run:'.length))}` : name
}
