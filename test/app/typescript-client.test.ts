import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { httpCaller, operations } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'

test('the client that is printed for a model asks its endpoint, and the compiler knows what it answers', async (t) => {
  const server = await runningServer(t)
  const caller = httpCaller({ url: server.url })
  const { version } = await registeredModel(caller, { model: 'my risk-model' })
  const name = 'my risk-model'
  await caller.call(operations.models.alias, { name, alias: 'champion', version })
  const rooms = await server.app.project('default')
  await rooms.serving.put('risk', name, 'champion')

  const { code, endpoint } = await caller.call(operations.models.client, { name })
  assert.equal(endpoint, 'risk')
  const folder = await temporaryFolder(t)
  const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text)
  await write('client.ts', code)
  const client = (await import(pathToFileURL(join(folder, 'client.ts')).href)) as {
    predictMyRiskModel(rows: object[], options: { url: string }): Promise<{ label: string }[]>
  }
  const answers = await client.predictMyRiskModel(
    [
      { a: 0.2, b: 0.1 },
      { a: 1.8, b: 1.9 },
    ],
    server,
  )
  assert.deepEqual(
    answers.map((answer) => answer.label),
    ['no', 'yes'],
  )
  await assert.rejects(
    client.predictMyRiskModel([{ a: 'text' }], server),
    /does not fit the signature/,
  )

  const use = (label: string): string =>
    [
      "import { predictMyRiskModel } from './client.ts'",
      "const [answer] = await predictMyRiskModel([{ a: 1, b: 2 }], { url: '' })",
      `if (answer?.label === '${label}') console.log(answer.probabilities.yes)`,
      'export {}',
    ].join('\n')
  await write('good.ts', use('yes'))
  await write('bad.ts', use('perhaps'))
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions']
  const compile = (file: string): Promise<string> =>
    promisify(execFile)(
      resolve('node_modules/.bin/tsc'),
      [
        ...options,
        '--target',
        'esnext',
        '--module',
        'esnext',
        '--moduleResolution',
        'bundler',
        file,
      ],
      { cwd: folder },
    ).then(
      () => 'fine',
      (error: { stdout: string }) => error.stdout,
    )
  assert.equal(await compile('good.ts'), 'fine')
  assert.match(await compile('bad.ts'), /TS2367/)
})
