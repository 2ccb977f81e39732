import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Command } from 'commander'
import { allOperations, Declaration } from '#contract'
import { Config } from '../../src/app/config.ts'
import { commandGroups } from '../../src/cli/command-list.ts'
import { exitCodes } from '../../src/cli/exit-code.ts'

interface Shape {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly patternProperties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly required?: readonly string[]
}

async function holds(name: string, text: string): Promise<void> {
  const page = new URL(`../../docs/reference/${name}`, import.meta.url)
  if (process.env.UPDATE) await writeFile(page, text)
  assert.equal(await readFile(page, 'utf8'), text, `${name}: UPDATE=1 writes it anew`)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

const common = new Set(['--home', '--url', '--project', '--json', '--quiet'])

function commandLines(command: Command, name: string, summary: string): string[] {
  const subs = command.commands
  if (subs.length > 0) {
    return [
      ...[`### ${name}`, '', `${summary}.`, ''],
      ...subs.flatMap((sub) => usageLines(sub, `${name} ${sub.name()}`, sub.description())),
    ]
  }
  return [`### ${name}`, '', ...usageLines(command, name, summary)]
}

function usageLines(command: Command, name: string, summary: string): string[] {
  const args = command.registeredArguments.map((argument) => {
    const text = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${text}>` : `[${text}]`
  })
  const options = command.options.filter((option) => !common.has(option.long ?? ''))
  return [
    `\`${['tidemill', name, ...args].join(' ')}\` – ${summary}`,
    '',
    ...(options.length === 0
      ? []
      : [
          '| option | what it does |',
          '|---|---|',
          ...options.map((option) => {
            const usual = option.defaultValue as unknown
            const shown =
              usual === undefined || usual === true || (Array.isArray(usual) && usual.length === 0)
                ? ''
                : ` (default ${JSON.stringify(usual)})`
            return `| \`${cell(option.flags)}\` | ${cell(option.description)}${cell(shown)} |`
          }),
          '',
        ]),
  ]
}

test('the page of the command line is what its commands say of themselves', async () => {
  const lines = [
    '# Command line',
    '',
    'Every command knows `--help`, and `--json` to print its result as JSON. Those that are about a home also know `--home DIR` (default',
    '`.tidemill` here or above in the repository, or `TIDEMILL_HOME`), `--url URL` to ask a running server instead (or `TIDEMILL_URL`, its token in `TIDEMILL_TOKEN`), and',
    '`--project NAME` (or `TIDEMILL_PROJECT`). Those in DVC’s words are about the repository they are called in and know `--quiet`.',
    '',
    '| exit code | meaning |',
    '|---|---|',
    ...Object.entries(exitCodes).map(
      ([name, code]) => `| ${code} | ${name.replace(/([A-Z])/g, ' $1').toLowerCase()} |`,
    ),
    '',
  ]
  for (const { title, commands } of commandGroups) {
    lines.push(`## ${title}`, '')
    for (const { name, summary, load } of commands) {
      lines.push(...commandLines((await load()).command(), name, summary))
    }
  }
  await holds('cli.md', `${lines.join('\n').trimEnd()}\n`)
})

test('the page of HTTP is the list of operations', async () => {
  const areas = Map.groupBy(allOperations, (each) => each.name.split('.')[0] ?? '')
  const lines = [
    '# HTTP',
    '',
    'A running server describes itself at `/api/openapi.json` and shows it at `/api/docs`. Requests and answers are JSON; errors are',
    '[problem documents](errors.md). The project is named by the header `x-tidemill-project` (default `default`). Beside these, the server',
    'speaks the Open Inference Protocol v2 below `/v2`, MLflow’s `/invocations`, and [MLflow’s REST](../tracking.md) below `/api/2.0/mlflow`',
    'and `/api/3.0/mlflow`; `/health`, `/ready` and `/metrics` are for those who look after it.',
    '',
    ...[...areas].flatMap(([area, operations]) => [
      `## ${area}`,
      '',
      '| method and path | permission | what it does |',
      '|---|---|---|',
      ...operations.map(
        ({ method, path, permission, summary }) =>
          `| \`${method} ${path}\` | ${permission} | ${cell(summary)} |`,
      ),
      '',
    ]),
  ]
  await holds('http.md', `${lines.join('\n').trimEnd()}\n`)
})

/** Every field of a shape by its path; a name that users choose is `*`. */
function fieldsOf(shape: Shape, path = ''): string[] {
  if (shape.anyOf) return shape.anyOf.flatMap((each) => fieldsOf(each, path))
  if (shape.items) return fieldsOf(shape.items, path)
  const own = Object.entries(shape.properties ?? {}).flatMap(([name, each]) => {
    const full = path === '' ? name : `${path}.${name}`
    return [full, ...fieldsOf(each, full)]
  })
  const chosen = Object.values(shape.patternProperties ?? {}).flatMap((each) =>
    fieldsOf(each, `${path}.*`),
  )
  return [...own, ...chosen]
}

for (const [name, shape] of [
  ['declaration.md', Declaration],
  ['configuration.md', Config],
] as const) {
  test(`${name} tells of every field there is, and of no other`, async () => {
    const text = await readFile(new URL(`../../docs/reference/${name}`, import.meta.url), 'utf8')
    const told = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '')
    const fields = [...new Set(fieldsOf(shape as unknown as Shape))].filter(
      // A group is told of by its parts.
      (field, _, all) => !all.some((other) => other.startsWith(`${field}.`)),
    )
    assert.deepEqual(told.toSorted(), fields.toSorted())
  })
}
