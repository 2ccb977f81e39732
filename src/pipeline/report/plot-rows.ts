import { extname } from 'node:path'
import { TidemillError } from '#contract/error'
import { toPlain, type Plain } from '../values/plain.ts'
import { readJson } from '../values/read-json.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value } from '../values/value.ts'

export type PlotRow = Readonly<Record<string, Plain>>

/** The rows of a table: of CSV, TSV, or the first list in JSON or YAML. Errors: `pipeline_invalid`. */
export function readRows(text: string, path: string, header: boolean): PlotRow[] {
  const extension = extname(path).toLowerCase()
  if (extension === '.csv' || extension === '.tsv')
    return tableRows(text, extension === '.tsv' ? '\t' : ',', header)
  const value = extension === '.json' ? readJson(text, path) : readYaml(text, path).value
  const list = firstList(value)
  if (!list)
    throw new TidemillError('pipeline_invalid', {
      file: path,
      line: 1,
      column: 1,
      problem: 'the plot has no list of rows',
    })
  return list.flatMap((row) => {
    if (!isMap(row)) return []
    return [Object.fromEntries([...row].map(([key, cell]) => [key, toPlain(cell)]))]
  })
}

/** The list of rows in a file: the value itself, or the first list of maps inside. */
function firstList(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value
  if (!isMap(value)) return undefined
  for (const inner of value.values()) {
    const found = firstList(inner)
    if (found) return found
  }
  return undefined
}

function tableRows(text: string, separator: string, header: boolean): PlotRow[] {
  const lines = cells(text, separator)
  const names = header ? (lines.shift() ?? []) : (lines[0] ?? []).map((_, index) => String(index))
  return lines.map((line) =>
    Object.fromEntries(names.map((name, index) => [name, numberOr(line[index] ?? '')])),
  )
}

function numberOr(cell: string): Plain {
  return cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell
}

/** Cells of a table with quotes as in RFC 4180. */
function cells(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false]
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (quoted) {
      if (character !== '"') cell += character
      else if (text.charAt(index + 1) === '"') {
        cell += '"'
        index += 1
      } else quoted = false
    } else if (character === '"' && cell === '') quoted = true
    else if (character === separator) {
      row.push(cell)
      cell = ''
    } else if (character === '\n') {
      row.push(cell.replace(/\r$/, ''))
      rows.push(row)
      ;[row, cell] = [[], '']
    } else cell += character
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell])
  return rows
}
