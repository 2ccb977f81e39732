import { expect, test } from 'vitest'
import { highlight } from '../design/highlight.ts'
import { datasetColumns } from '../pages/run/dataset-columns.ts'
import { foldersAbove, treeLines, type TreeEntry } from '../pages/run/file-tree.ts'
import { imageSeries } from '../pages/run/logged-images.ts'
import { loggedTable } from '../pages/run/preview/logged-table.ts'
import { readMlmodel } from '../pages/run/preview/mlmodel.ts'
import { previewKind } from '../pages/run/preview-kind.ts'

test('each kind of file that MLflow’s page shows has a preview here', () => {
  const kinds = Object.entries({
    image: 'jpg bmp jpeg png gif svg webp',
    table: 'csv tsv parquet',
    json: 'json geojson',
    html: 'html htm',
    pdf: 'pdf',
    audio: 'mp3 wav ogg m4a flac',
    video: 'mp4 webm mov',
    markdown: 'md',
    text: 'py txt log yaml yml toml sh sql js ts r xml cfg ini patch',
  })
  for (const [kind, endings] of kinds) {
    for (const ending of endings.split(' ')) expect(previewKind(`a/b.${ending}`)).toBe(kind)
  }
  expect(previewKind('model/MLmodel')).toBe('mlmodel')
  expect(previewKind('weights.pkl')).toBeUndefined()
})

test('a file whose name tells nothing is shown by its media type, and one whose name does by its name', () => {
  const kinds = {
    ...{ 'image/png': 'image', 'image/svg+xml': 'image', 'audio/pcm16': 'audio' },
    ...{ 'video/mp4': 'video', 'application/pdf': 'pdf', 'application/json': 'json' },
    ...{ 'text/markdown': 'markdown', 'text/html': 'html', 'text/csv': 'text' },
  }
  for (const [type, kind] of Object.entries(kinds)) {
    expect(previewKind('attachments/1', type)).toBe(kind)
  }
  expect(previewKind('attachments/1', 'application/zip')).toBeUndefined()
  expect(previewKind('attachments/1.png', 'text/html')).toBe('image')
})

test('pictures that MLflow’s clients log are told apart by key and step, in both forms of their names', () => {
  const series = imageSeries([
    'images/mask+step+10+timestamp+1700000000000+6f1e.png',
    'images/mask+step+10+timestamp+1700000000000+6f1e+compressed.webp',
    'images/mask+step+2+timestamp+1700000000000+77aa.png',
    'images/val#left%step%0%timestamp%1700000000000%1234.png',
    'images/other.png',
  ])
  expect(series.map((each) => [each.key, each.images.map((image) => image.step)])).toEqual([
    ['mask', [2, 10]],
    ['val/left', [0]],
  ])
  expect(series[0]?.images[1]).toMatchObject({
    path: 'images/mask+step+10+timestamp+1700000000000+6f1e.png',
    small: 'images/mask+step+10+timestamp+1700000000000+6f1e+compressed.webp',
  })
})

test('a logged table is one only when each row has a value for each column', () => {
  const table = loggedTable({
    columns: ['a', 'b'],
    data: [
      [1, 'x'],
      [null, 'y'],
    ],
  })
  expect(table?.columns).toEqual([
    { name: 'a', numeric: true },
    { name: 'b', numeric: false },
  ])
  expect(table?.rows[1]).toEqual({ a: null, b: 'y' })
  for (const other of [
    { columns: ['a'], data: [[1, 2]] },
    { columns: [], data: [] },
    { columns: ['a'] },
    [1, 2],
    null,
  ]) {
    expect(loggedTable(other)).toBeUndefined()
  }
})

test('an MLmodel file is data: a tag that would make a function of it makes none', () => {
  const read = readMlmodel(`flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.2}
signature:
  inputs: '[{"type": "double", "name": "x"}, {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]'
  outputs: 'no JSON'
run_id: !!js/function 'function () { globalThis.ran = true }'
`)
  expect(read.inputs).toEqual([
    { name: 'x', type: 'double', required: true },
    { name: '#1', type: 'float32 tensor [-1,3]', required: true },
  ])
  expect(read.outputs).toEqual([])
  expect(read.flavors).toEqual(['python_function'])
  expect('ran' in globalThis).toBe(false)
  expect(() => readMlmodel('a: [')).toThrow()
  expect(readMlmodel('just a text').flavors).toEqual([])
})

test('a tree shows what is open, folders first, numbers in their order', () => {
  const folders: Readonly<Record<string, readonly TreeEntry[]>> = {
    '': [{ path: 'b.txt', size: 1 }, { path: 'a' }],
    a: [{ path: 'a/10.txt', size: 1 }, { path: 'a/9.txt', size: 1 }, { path: 'a/deep' }],
  }
  const lines = treeLines((folder) => folders[folder], new Set(['a', 'a/deep']))
  expect(lines.map((line) => [line.path, line.depth, line.waiting])).toEqual([
    ['a', 0, false],
    ['a/deep', 1, true],
    ['a/9.txt', 1, false],
    ['a/10.txt', 1, false],
    ['b.txt', 0, false],
  ])
  expect(foldersAbove('a/b/c.txt')).toEqual(['a', 'a/b'])
  expect(foldersAbove('c.txt')).toEqual([])
})

test('the columns of a data set are read from what its client wrote, and nothing from anything else', () => {
  expect(datasetColumns('{"mlflow_colspec": [{"name": "x", "type": "double"}, 3]}')).toEqual([
    { name: 'x', type: 'double' },
  ])
  for (const other of [undefined, '', 'no JSON', '{}', '[]', '{"mlflow_colspec": 1}']) {
    expect(datasetColumns(other)).toEqual([])
  }
})

test('colours change nothing of a text, and tell comments, texts, numbers and words apart', () => {
  const code = '# it\'s "so"\ndef f(x=1):\n    return "a # b", x\n'
  const tokens = highlight(code, 'a/train.py')
  expect(tokens.map((token) => token.text).join('')).toBe(code)
  const of = (kind: string) =>
    tokens.filter((token) => token.kind === kind).map((token) => token.text)
  expect(of('comment')).toEqual(['# it\'s "so"'])
  expect(of('text')).toEqual(['"a # b"'])
  expect(of('number')).toEqual(['1'])
  expect(of('word')).toEqual(['def', 'return'])
  expect(highlight('anything', 'a.unknown')).toEqual([{ kind: 'plain', text: 'anything' }])
})
