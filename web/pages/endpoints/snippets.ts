import type { Signature, SignatureField } from '#contract'
import { exampleValues, checkForm, type DataRow } from './form-values.ts'

export interface Snippet {
  readonly id: string
  readonly name: string
  readonly code: string
}

const tensorTypes: Readonly<Record<SignatureField['type'], string>> = {
  number: 'FP64',
  integer: 'INT64',
  boolean: 'BOOL',
  string: 'BYTES',
}

/** How programs ask an endpoint, each way with a row that works as it stands. */
export function snippetsOf(
  origin: string,
  endpoint: string,
  signature: Signature,
  given?: DataRow,
): readonly Snippet[] {
  const row = given ?? checkForm(signature, exampleValues(signature)).row
  const name = encodeURIComponent(endpoint)
  const columns = signature.inputs.map((field) => field.name)
  const infer = {
    inputs: signature.inputs.map((field) => ({
      name: field.name,
      shape: [1],
      datatype: tensorTypes[field.type],
      data: [row[field.name]],
    })),
  }
  const frame = { dataframe_split: { columns, data: [columns.map((column) => row[column])] } }
  const rowText = JSON.stringify(row, undefined, 2)
  return [
    {
      id: 'infer',
      name: 'Open Inference Protocol',
      code: curl(`${origin}/v2/models/${name}/infer`, infer),
    },
    {
      id: 'invocations',
      name: 'MLflow',
      code: curl(`${origin}/endpoints/${name}/invocations`, frame),
    },
    {
      id: 'python',
      name: 'Python',
      code: [
        'import json, os, urllib.request',
        '',
        `row = ${pythonOf(row)}`,
        'request = urllib.request.Request(',
        `    "${origin}/api/endpoints/${name}/predict",`,
        '    data=json.dumps({"rows": [row], "explain": True}).encode(),',
        '    headers={',
        '        "content-type": "application/json",',
        '        "authorization": f"Bearer {os.environ[\'TIDEMILL_TOKEN\']}",',
        '    },',
        ')',
        'answer = json.load(urllib.request.urlopen(request))["answers"][0]',
        'print(answer["label"], answer.get("probability"))',
      ].join('\n'),
    },
    {
      id: 'typescript',
      name: 'TypeScript',
      code: [
        `const response = await fetch('${origin}/api/endpoints/${name}/predict', {`,
        "  method: 'POST',",
        '  headers: {',
        "    'content-type': 'application/json',",
        '    authorization: `Bearer ${process.env.TIDEMILL_TOKEN}`,',
        '  },',
        `  body: JSON.stringify({ rows: [${rowText.replaceAll('\n', '\n  ')}], explain: true }),`,
        '})',
        'const { answers } = await response.json()',
        'console.log(answers[0].label, answers[0].probability)',
      ].join('\n'),
    },
    {
      id: 'cli',
      name: 'Command line',
      code: [`tidemill predict ${shellWord(endpoint)}`, ...pairsOf(row)].join(' \\\n  '),
    },
  ]
}

function curl(url: string, body: object): string {
  const text = JSON.stringify(body, undefined, 2)
  return [
    `curl ${url} \\`,
    "  -H 'content-type: application/json' \\",
    '  -H "authorization: Bearer $TIDEMILL_TOKEN" \\',
    `  -d '${text.replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n')
}

function pairsOf(row: DataRow): readonly string[] {
  return Object.entries(row).flatMap(([name, value]) =>
    value === null ? [] : [shellWord(`${name}=${String(value)}`)],
  )
}

function shellWord(text: string): string {
  return /^[\w.=/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function pythonOf(row: DataRow): string {
  return JSON.stringify(row, undefined, 4).replace(
    /: (null|true|false)(?=,?\n)/g,
    (_, word: string) => `: ${{ null: 'None', true: 'True', false: 'False' }[word] ?? word}`,
  )
}
