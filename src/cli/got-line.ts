import type { Got } from '#pipeline'
import { dim, green } from './output.ts'
import { counted } from './pipeline-command.ts'

export function gotLine({ path, size, nfiles }: Got): string {
  const what = nfiles === undefined ? '' : `${counted(nfiles, 'file')}, `
  return `${green('✓')} ${path} ${dim(`(${what}${size} bytes)`)}`
}
