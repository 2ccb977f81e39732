import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { httpCaller, operations } from '#contract'
import { skipBrowser } from '../support/browser.ts'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { seedRuns } from '../support/seed-runs.ts'
import { inBothLights, lookedAt } from './support/looked-at.ts'

const before = `import torch

k = 5

def train(rows):
    # fits what there is
    model = torch.nn.Linear(k, 1)
    return fit(model, rows)
`

const { runs, datasets } = operations

/** Two runs that differ in all that can differ: code, params, data, packages, environment and seed. */
async function twoRuns(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  git('init', '-q')
  const commit = async (files: Readonly<Record<string, string>>): Promise<string> => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
    git('add', '-A', '--', ...Object.keys(files))
    git('commit', '-qm', 'x')
    return git('rev-parse', 'HEAD').trim()
  }
  const first = await commit({ 'train.py': before, '.gitignore': '.tidemill\n' })
  const second = await commit({
    'train.py': before
      .replace('k = 5', 'k = 7')
      .replace('fit(model, rows)', 'fit(model, rows, epochs=20)'),
    'score.py': 'def score(model):\n    return model.f1\n',
  })
  const server = await runningServer(t, { dir })
  const caller = httpCaller({ url: server.url })
  const versions: number[] = []
  for (const text of ['x,y\n1,a\n2,b\n3,c\n', 'x,y\n1,a\n2,z\n3,c\n4,d\n']) {
    const done = await caller.call(
      datasets.import,
      { name: 'points', file: 'points.csv' },
      Buffer.from(text),
    )
    versions.push(done.version.version)
  }
  const run = async (
    name: string,
    code: string,
    data: number | undefined,
    params: Record<string, string>,
    node: string,
    packages: string,
    f1: number,
  ): Promise<string> => {
    const { run } = await caller.call(runs.create, {
      ...{ experiment: 'points', name, params },
      source: {
        code,
        ...(data === undefined
          ? {}
          : { dataset: 'points', datasetVersion: data, dataDigest: `v${data}` }),
        environment: { python: node, platform: 'linux x64' },
      },
    })
    await caller.call(runs.log, {
      run: run.id,
      metrics: [
        { key: 'f1', value: f1 },
        { key: 'loss', value: 1 - f1 },
      ],
    })
    const path = 'model/requirements.txt'
    await caller.call(runs.putArtifact, { run: run.id, path }, Buffer.from(packages))
    await caller.call(runs.end, { run: run.id })
    return run.id
  }
  const [one, two] = versions
  return {
    url: server.url,
    caller,
    a: await run('calm', first, one, { k: '5', seed: '1' }, '3.11.2', 'torch==2.5.0\n', 0.5),
    b: await run('eager', second, two, { k: '7', seed: '2' }, '3.12.1', 'torch==2.6.0\n', 0.75),
    twin: await run('twin', first, one, { k: '5', seed: '1' }, '3.11.2', 'torch==2.5.0\n', 0.5),
  }
}

test(
  'in the browser two runs tell why they differ: each hunk of code, params, seed, rows of data, environment and packages',
  { skip: skipBrowser },
  async (t) => {
    const { url, a, b } = await twoRuns(t)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/compare?runs=${a},${b}`)
    await page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor()
    await page.getByRole('rowheader', { name: 'f1' }).waitFor()
    await inBothLights(page, 'compare-two')
    await page.getByRole('tab', { name: 'Why they differ' }).click()
    const part = (name: string) => page.getByRole('region', { name, exact: true })
    await page.getByRole('heading', { name: 'Code' }).waitFor()
    await page.getByText('train.py').click()
    await page.getByText('k = 7').waitFor()
    await page.getByText('fit(model, rows, epochs=20)').waitFor()
    for (const [title, texts] of [
      ['Parameters', ['k', '5', '7']],
      ['Seed', ['seed', '1', '2']],
      ['Data', ['version 1', 'version 2', '2 rows the same, 1 added, 0 removed, 1 changed in y']],
      ['Environment', ['python', '3.11.2', '3.12.1']],
      ['Packages', ['torch', '2.5.0', '2.6.0']],
    ] as const) {
      for (const text of texts) await part(title).getByText(text, { exact: true }).first().waitFor()
    }
    assert.match(page.url(), /tab=why/)
    await inBothLights(page, 'compare-why')
    await part('Packages').last().scrollIntoViewIfNeeded()
    await inBothLights(page, 'compare-why-end')
    await page.setViewportSize({ width: 900, height: 900 })
    await inBothLights(page, 'compare-why-narrow')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser two runs of which nothing recorded differs say that',
  { skip: skipBrowser },
  async (t) => {
    const { url, a, twin } = await twoRuns(t)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${url}/compare?runs=${a},${twin}&tab=why`)
    await page
      .getByText(/^Nothing/)
      .first()
      .waitFor()
    await inBothLights(page, 'compare-why-nothing')
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser compared runs have the same colour over their columns and in the legend of their charts, which marks and hides them by keyboard',
  { skip: skipBrowser },
  async (t) => {
    const server = await runningServer(t)
    const { metadata } = await server.app.project('default')
    await seedRuns(metadata, { experiment: '71', name: 'rides', runs: 12, points: 40 })
    const names = Array.from({ length: 10 }, (_, index) => `run-${index}`)
    const ids = names.map((_, index) => `71-000000${index}`)
    const { page, problems } = await lookedAt(t)
    await page.goto(`${server.url}/compare?runs=${ids.join(',')}`)
    await page.getByRole('rowheader', { name: 'f1' }).waitFor()
    const looks = (of: string) =>
      page.evaluate(
        `[...document.querySelectorAll('${of}')].map((each) => getComputedStyle(each)).map(({ color, borderTopStyle }) => color + ' ' + borderTopStyle)`,
      ) as Promise<string[]>
    const heads = await looks('thead .line-swatch')
    assert.equal(new Set(heads).size, 10, 'ten runs look different')
    await inBothLights(page, 'compare-heads')
    await page.getByRole('tab', { name: 'Charts' }).click()
    const legend = page.getByRole('list', { name: 'Runs in the charts' })
    await legend.waitFor()
    assert.deepEqual(await legend.locator('button').allTextContents(), names)
    assert.deepEqual(await looks('.run-legend .line-swatch'), heads)
    const card = page.getByRole('article', { name: 'loss', exact: true })
    await card.scrollIntoViewIfNeeded()
    await card.getByRole('img', { name: /^loss of 10:/ }).waitFor()
    await legend.getByRole('button', { name: 'run-3' }).focus()
    await inBothLights(page, 'compare-legend')
    await page.keyboard.press('Enter')
    const left = card.getByRole('img', { name: /^loss of 9:/ })
    await left.waitFor()
    assert.doesNotMatch((await left.getAttribute('aria-label')) ?? '', /run-3 /)
    assert.equal(
      await legend.getByRole('button', { name: 'run-3' }).getAttribute('aria-pressed'),
      'false',
    )
    await inBothLights(page, 'compare-legend-hidden')
    await page.keyboard.press('Enter')
    await card.getByRole('img', { name: /^loss of 10:/ }).waitFor()
    assert.deepEqual(problems, [])
  },
)
