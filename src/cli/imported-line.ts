import type { Imported } from '#pipeline'
import { dim, green } from './output.ts'

export function importedLine({ path, file, changed }: Imported): string {
  return changed ? `${green('✓')} ${path} ${dim(`(${file})`)}` : `${path} is as its source has it`
}
