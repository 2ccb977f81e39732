import type { Signature, SignatureField } from '#contract'

interface ClientOf {
  readonly model: string
  readonly version: number
  readonly endpoint: string
  readonly signature: Signature
}

/** A typed TypeScript module that asks an endpoint of a model: what it sends and reads, checked by the compiler. */
export function typescriptClient({ model, version, endpoint, signature }: ClientOf): string {
  const { inputs, classes, labels = {} } = signature
  const name = typeName(model)
  const label = classes?.map((each) => labels[each] ?? each)
  return [
    `// Made from ${commented(model)} version ${version}: tidemill models client ${commented(model)}`,
    '',
    `/** What ${commented(model)} reads. */`,
    `export interface ${name}Input {`,
    ...inputs.flatMap(fieldLines),
    '}',
    '',
    `/** What ${commented(model)} answers. */`,
    `export interface ${name}Answer {`,
    '  id: string',
    `  prediction: ${unionOf(classes)}`,
    `  label: ${unionOf(label)}`,
    ...(classes === undefined
      ? []
      : ['  probability: number', `  probabilities: Record<${unionOf(classes)}, number>`]),
    '  model: string',
    '  version: number',
    '}',
    '',
    'export interface ClientOptions {',
    '  /** Where Tidemill is, for example http://127.0.0.1:7700 */',
    '  url: string',
    '  token?: string',
    '  project?: string',
    '}',
    '',
    `export async function predict${name}(`,
    `  rows: readonly ${name}Input[],`,
    '  { url, token, project }: ClientOptions,',
    `): Promise<${name}Answer[]> {`,
    `  const query = project === undefined ? '' : \`?project=\${encodeURIComponent(project)}\``,
    `  const response = await fetch(\`\${url}/api/endpoints/${encodeURIComponent(endpoint)}/predict\${query}\`, {`,
    "    method: 'POST',",
    '    headers: {',
    "      'content-type': 'application/json',",
    '      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),',
    '    },',
    '    body: JSON.stringify({ rows }),',
    '  })',
    `  const body = (await response.json()) as { answers: ${name}Answer[]; detail?: string }`,
    '  if (!response.ok) throw new Error(body.detail ?? `${response.status}`)',
    '  return body.answers',
    '}',
    '',
  ].join('\n')
}

function fieldLines(field: SignatureField): string[] {
  const { name, type, optional, min, max, categories } = field
  const base = categories && type === 'string' ? unionOf(categories) : tsTypes[type]
  const seen =
    min === undefined || max === undefined ? [] : [`  /** Training saw ${min} to ${max}. */`]
  return [
    ...seen,
    `  ${quotedKey(name)}${optional ? '?' : ''}: ${base}${optional ? ' | null' : ''}`,
  ]
}

const tsTypes = {
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  string: 'string',
} as const

function unionOf(texts: readonly string[] | undefined): string {
  return texts === undefined || texts.length === 0 ? 'string' : texts.map(quoted).join(' | ')
}

function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1)
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** Text that ends neither the line nor the comment it stands in. */
function commented(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').replaceAll('*/', '* /')
}

function quotedKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)
}

function typeName(model: string): string {
  const joined = model.replace(/[^\p{L}\p{N}]+(.?)/gu, (_, next: string) => next.toUpperCase())
  const name = joined.charAt(0).toUpperCase() + joined.slice(1)
  return /^[\p{L}_]/u.test(name) ? name : `Model${name}`
}
