import { yamlLibrary } from '../values/libraries.ts'

/**
 * The text of a dvc.yaml with `frozen: true` added to a stage, or taken away. Every other byte stays as it is. `undefined` when the
 * stage is not written as a block of lines.
 */
export function setFrozenText(text: string, stage: string, frozen: boolean): string | undefined {
  const { isMap, isScalar, LineCounter, parseDocument } = yamlLibrary()
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const stages = document.get('stages')
  const found = isMap(stages)
    ? stages.items.find(({ key }) => isScalar(key) && String(key.value) === stage)
    : undefined
  const outer = found?.value
  if (!isMap(outer)) return undefined
  const inner = outer.get('do')
  const body = isMap(inner) ? inner : outer
  if (body.flow === true) return undefined
  const lineAt = (offset: number): number => counter.linePos(offset).line - 1
  const lines = text.split('\n')
  const present = body.items.find(({ key }) => isScalar(key) && key.value === 'frozen')
  if (present) {
    if (!isScalar(present.key) || !present.key.range) return undefined
    lines.splice(lineAt(present.key.range[0]), 1)
  }
  if (frozen) {
    const [first] = body.items
    const last = body.items.at(-1)
    if (!first || !isScalar(first.key) || !first.key.range) return undefined
    const end =
      last && typeof last.value === 'object' && last.value !== null && 'range' in last.value
        ? last.value.range
        : undefined
    if (!Array.isArray(end)) return undefined
    const indent = counter.linePos(first.key.range[0]).col - 1
    // the line of the last value's last byte, whatever blanks and comments follow it
    const at = lineAt(Math.max(0, Number(end[1]) - 1)) + 1 - (present ? 1 : 0)
    lines.splice(at, 0, `${' '.repeat(indent)}frozen: true`)
  }
  return lines.join('\n')
}
