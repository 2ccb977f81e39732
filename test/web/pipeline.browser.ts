import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import {
  addRemote,
  add,
  checkout,
  enqueue,
  expRun,
  initRepository,
  loadPipeline,
  push,
  repro,
} from '#pipeline'
import { httpCaller, operations, type Caller } from '#contract'
import { endOrphans } from '../../src/pipeline/run/orphans.ts'
import { openBrowser, picture, skipBrowser } from '../support/browser.ts'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { program } from '../support/tidemill.ts'

interface Shown {
  readonly dir: string
  readonly browser: Browser
  readonly caller: Caller
  readonly url: string
  readonly problems: string[]
  page(scheme: 'light' | 'dark', path: string): Promise<Page>
}

type Files = Readonly<Record<string, string>>

async function write(dir: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
}

async function served(t: TestContext, prepare: (dir: string) => Promise<void>): Promise<Shown> {
  const dir = await temporaryFolder(t)
  initRepository(dir)
  gitIn(dir)('init', '-q', '-b', 'main')
  await prepare(dir)
  const server = await runningServer(t, { dir })
  const browser = await openBrowser(t)
  const problems: string[] = []
  return {
    dir,
    browser,
    problems,
    url: server.url,
    caller: httpCaller({ url: server.url }),
    async page(scheme, path) {
      const context = await browser.newContext({
        colorScheme: scheme,
        viewport: { width: 1360, height: 900 },
        bypassCSP: true,
      })
      const page = await context.newPage()
      page.setDefaultTimeout(15_000)
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`))
      await page.goto(`${server.url}${path}`)
      await page.locator('h1').first().waitFor()
      return page
    },
  }
}

const axe = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

async function violations(page: Page): Promise<unknown> {
  return page.evaluate(
    `${await axe}; axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }).then((found) => found.violations.map((each) => each.id + ': ' + each.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(', ')))`,
  )
}

const train = `import { readFileSync, writeFileSync } from 'node:fs'
const params = readFileSync('params.yaml', 'utf8')
const number = (name) => Number(new RegExp(name + ': ([0-9.]+)').exec(params)[1])
const rows = readFileSync('clean.csv', 'utf8').trim().split('\\n').length
console.log('rows', rows)
writeFileSync('metrics.json', JSON.stringify({ score: 10 * number('rate') * number('depth') + BASE + rows, rows }))
writeFileSync('model', params + 'm'.repeat(2000))
`

/** Works and takes memory for as many seconds as `pause` says, which no stage declares, and which may be made shorter meanwhile. */
const slow = `import { readFileSync } from 'node:fs'
const begin = Date.now()
const held = []
while (Date.now() < begin + 1000 * Number(readFileSync('pause', 'utf8'))) {
  if (held.length < 50) held.push(Buffer.alloc(4e6, 1))
  for (const busy = Date.now() + 120; Date.now() < busy; ) held.length
  await new Promise((resolve) => setTimeout(resolve, 120))
}
`

/** A small pipeline with a data file, two commits, an experiment, a remote, and something to run. */
async function small(dir: string): Promise<void> {
  await write(dir, {
    'dvc.yaml': `stages:
  clean:
    desc: Leaves out rows with empty cells.
    cmd: grep -v ',,' raw.csv > clean.csv && echo cleaned
    deps:
    - raw.csv
    outs:
    - clean.csv
  train:
    cmd: node train.mjs
    deps:
    - clean.csv
    - train.mjs
    params:
    - rate
    - depth
    outs:
    - model
    metrics:
    - metrics.json:
        cache: false
  slow:
    cmd: node slow.mjs && cp model best
    deps:
    - model
    outs:
    - best
`,
    'params.yaml': 'rate: 1\\ndepth: 2\\n'.replaceAll('\\n', '\n'),
    'train.mjs': train.replace('BASE', '100'),
    'slow.mjs': slow,
    pause: '0',
    'raw.csv': 'id,x\n1,4\n2,9\n',
    '.gitignore': '/.tidemill\n/remote\n',
  })
  await add(loadPipeline(dir), ['raw.csv'])
  await repro(loadPipeline(dir))
  gitIn(dir)('add', '-A')
  gitIn(dir)('commit', '-qm', 'the first model')
  gitIn(dir)('tag', 'v1')
  await mkdir(join(dir, 'remote'))
  addRemote(dir, 'backup', join(dir, 'remote'), { asDefault: true, from: dir })
  await push(loadPipeline(dir))
  await write(dir, {
    'params.yaml': 'rate: 3\ndepth: 4\n',
    'train.mjs': train.replace('BASE', '107'),
    'raw.csv': 'id,x,y\n1,4,0\n2,9,1\n3,5,1\n',
  })
  await add(loadPipeline(dir), ['raw.csv'])
  await repro(loadPipeline(dir))
  gitIn(dir)('add', '-A')
  gitIn(dir)('commit', '-qm', 'more rows, another rate')
  await expRun(dir, { set: ['rate=5'], name: 'eager-tide', temp: true })
  await expRun(dir, { set: ['depth=1'], name: 'calm-reef', temp: true })
  await write(dir, { 'params.yaml': 'rate: 4\ndepth: 4\n', pause: '120' })
}

test(
  'in the browser a person sees why stages would run, runs them with the plan in sight, and reads the log as it grows',
  { skip: skipBrowser },
  async (t) => {
    const { dir, page: open, problems, caller } = await served(t, small)
    const page = await open('light', '/pipeline')
    await page.getByText('2 of 3 stages would run.').waitFor()
    await page.getByRole('button', { name: /^train, will run/ }).click()
    await page.getByText('the parameter params.yaml:rate changed from 3 to 4').waitFor()
    await picture(page, 'pipeline-chosen-light')
    // the keyboard goes along the lines
    await page.keyboard.press('ArrowLeft')
    await page.getByRole('button', { name: /^clean, up to date/, pressed: true }).waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.getByRole('button', { name: /^slow/, pressed: true }).waitFor()

    await page.getByRole('button', { name: 'Run …' }).click()
    await page.getByText('2 stages to run.').waitFor()
    await page.getByText(/nine of ten runs: .* to /).waitFor()
    await picture(page, 'pipeline-plan-light')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('button', { name: /^slow, running/ }).waitFor()
    await page.getByRole('button', { name: /^train, up to date/ }).waitFor()
    await picture(page, 'pipeline-running-light')
    for (const scheme of ['light', 'dark'] as const) {
      const live = await open(scheme, '/pipeline/stages/slow?tab=attempts')
      await live.getByRole('heading', { name: 'While it ran' }).waitFor()
      await live.getByRole('img', { name: /^Memory: MB ends at/ }).waitFor()
      await live.getByText('live', { exact: true }).waitFor()
      await picture(live, `pipeline-stage-live-${scheme}`)
      await live.context().close()
    }
    await write(dir, { pause: '0' })
    await page.getByText('All 3 stages are up to date.').waitFor()
    const { stages } = await caller.call(operations.pipelines.graph, {})
    assert.deepEqual(
      stages.map((stage) => [stage.name, stage.action, stage.live]),
      [
        ['clean', 'skip', 'unchanged'],
        ['train', 'skip', 'ran'],
        ['slow', 'skip', 'ran'],
      ],
    )

    await page.getByRole('button', { name: /^train/ }).dblclick()
    await page.getByRole('heading', { name: 'train' }).waitFor()
    await page.getByRole('tab', { name: /Logs and costs/ }).click()
    await page.getByText('rows 4').first().waitFor()
    await picture(page, 'pipeline-stage-light')
    const after = await open('dark', '/pipeline/stages/slow?tab=attempts')
    await after.getByRole('img', { name: /^Processor: cores ends at/ }).waitFor()
    await picture(after, 'pipeline-stage-use-dark')
    assert.deepEqual(await violations(after), [])
    await page.getByRole('tab', { name: /History/ }).click()
    await page.getByText('more rows, another rate').waitFor()
    await page
      .getByText(/params\.yaml:rate/)
      .first()
      .waitFor()
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a person sees what a terminal runs, that a killed run is killed and no longer runs, and what the storage holds for nothing',
  { skip: skipBrowser },
  async (t) => {
    const {
      page: open,
      problems,
      dir,
    } = await served(t, async (folder) => {
      await small(folder)
      await write(folder, { 'raw.csv': 'tried\n', pause: '90' })
      await add(loadPipeline(folder), ['raw.csv'])
      gitIn(folder)('checkout', '-q', 'raw.csv.dvc')
      await checkout(loadPipeline(folder), { force: true })
    })
    const page = await open('light', '/pipeline')
    await page.getByRole('button', { name: /^slow, will run/ }).waitFor()
    const terminal = spawn(process.execPath, [program, 'repro'], { cwd: dir, stdio: 'ignore' })
    t.after(() => terminal.kill('SIGKILL'))
    await page.getByRole('button', { name: /^slow, running/ }).waitFor({ timeout: 30_000 })
    await picture(page, 'pipeline-terminal-light')
    terminal.kill('SIGKILL')
    await once(terminal, 'exit')
    await endOrphans(join(dir, '.dvc/tmp/tidemill/running'))
    for (const scheme of ['light', 'dark'] as const) {
      const stage = await open(scheme, '/pipeline/stages/slow?tab=attempts')
      await stage.getByRole('button', { name: /^killed/ }).waitFor()
      await stage.getByText('live', { exact: true }).waitFor({ state: 'detached' })
      await picture(stage, `pipeline-stage-killed-${scheme}`)
      const storage = await open(scheme, '/pipeline?tab=storage')
      await storage.getByText('1 object that no commit or experiment records').waitFor()
      await storage.getByText('tidemill gc -A --all-experiments').waitFor()
      await picture(storage, `pipeline-storage-unused-${scheme}`)
    }
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a person cancels a run, makes runs of experiments, compares them, makes a branch of one and removes another',
  { skip: skipBrowser },
  async (t) => {
    const { page: open, caller, dir } = await served(t, small)
    const page = await open('light', '/pipeline')
    await page.getByRole('button', { name: 'Run …' }).click()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('button', { name: /^slow, running/ }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('1 of 3 stages would run.').waitFor()

    await page.getByRole('tab', { name: 'Experiments' }).click()
    await page.getByText('eager-tide').waitFor()
    await page.getByRole('button', { name: 'Make runs of those without one' }).click()
    await page.getByText('2 runs made').waitFor()
    await page
      .getByRole('button', { name: 'Make runs of those without one' })
      .waitFor({ state: 'hidden' })
    assert.equal(await page.getByRole('link', { name: 'run', exact: true }).count(), 2)
    await page.getByRole('checkbox', { name: 'Select eager-tide' }).check()
    await page.getByRole('checkbox', { name: 'Select calm-reef' }).check()
    await page.getByRole('region', { name: 'Comparison' }).waitFor()
    await picture(page, 'pipeline-experiments-light')
    await page.getByRole('checkbox', { name: 'Select calm-reef' }).uncheck()
    await page.getByRole('button', { name: 'Make a branch' }).click()
    await page.getByRole('button', { name: 'Make the branch' }).click()
    await page.getByText('The branch eager-tide-branch has it').waitFor()
    execFileSync('git', ['rev-parse', '--verify', 'eager-tide-branch'], { cwd: dir })
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const { rows } = await caller.call(operations.pipelines.experiments, {})
    assert.deepEqual(
      rows.flatMap((row) => (row.baseline === undefined ? [] : [row.name])),
      ['calm-reef'],
    )
  },
)

test(
  'in the browser a person starts the queue, sees experiments run and why one failed, stops it, ends and removes some, and finds those of other commits',
  { skip: skipBrowser },
  async (t) => {
    const {
      page: open,
      problems,
      dir,
    } = await served(t, async (folder) => {
      await small(folder)
      await write(folder, { pause: '90' })
      enqueue(folder, [['rate=x'], ['rate=6'], ['rate=7']], { name: 'sweep' })
    })
    const page = await open('light', '/pipeline?tab=experiments')
    const row = (name: string, state: string) =>
      page.getByRole('row', { name: new RegExp(`${name}.* ${state}`) })
    const choose = (name: string) => page.getByRole('checkbox', { name: `Select ${name}` })
    await page.getByText('0 running, 3 waiting').waitFor()
    await row('sweep-3', 'queued').waitFor()
    await row('calm-reef', 'done').waitFor()
    await page.getByRole('button', { name: 'Start the queue' }).click()
    await row('sweep-1', 'failed').waitFor()
    await row('sweep-2', 'running').waitFor()
    await page.getByRole('button', { name: 'Stop the queue' }).click()
    await page.getByText('stopping', { exact: true }).waitFor()
    await choose('sweep-1').check()
    await page
      .getByLabel('Log of sweep-1')
      .getByText(/TypeError/)
      .waitFor()
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.waitForTimeout(300)
      await picture(page, `pipeline-queue-${scheme}`)
      assert.deepEqual(await violations(page), [], scheme)
    }
    await choose('sweep-1').uncheck()
    await choose('sweep-2').check()
    await page.getByRole('button', { name: 'End' }).click()
    await row('sweep-2', 'killed').waitFor()
    await page.getByText('0 running, 1 waiting').waitFor()
    await page.getByRole('button', { name: 'Start the queue' }).waitFor()
    await choose('sweep-1').check()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await row('sweep-2', 'killed').waitFor({ state: 'detached' })
    await row('sweep-3', 'queued').waitFor()

    await choose('eager-tide').check()
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click()
    await page.getByText('The work tree is eager-tide').waitFor()
    assert.match(await readFile(join(dir, 'params.yaml'), 'utf8'), /rate: 5/)
    gitIn(dir)('add', '-A')
    gitIn(dir)('commit', '-qm', 'go on')
    await page.reload()
    await page.getByText('No experiment is on this commit yet').waitFor()
    await page.getByLabel('On which commit').selectOption('all')
    await row('eager-tide', 'done').waitFor()
    await row('sweep-3', 'queued').waitFor()
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.waitForTimeout(300)
      await picture(page, `pipeline-experiments-all-${scheme}`)
    }

    const earlier = gitIn(dir)('rev-parse', 'HEAD^').trim()
    await page.getByLabel('On which commit').selectOption(earlier)
    for (const name of ['eager-tide', 'calm-reef', 'sweep-3']) await choose(name).check()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No experiment is on this commit yet').waitFor()
    assert.doesNotMatch(page.url(), /on=/)
    await page.goto(page.url().replace('tab=experiments', `tab=experiments&on=${earlier}`))
    await page.getByText('No experiment is on this commit yet').waitFor()
    assert.deepEqual(problems, [])
  },
)

test(
  'in the browser a person asks why a metric changed and sees each cause’s share with the runs that prove it',
  { skip: skipBrowser },
  async (t) => {
    const { page: open, caller } = await served(t, small)
    const page = await open('light', '/pipeline?tab=attribution&from=v1&to=main')
    await page.getByRole('button', { name: 'What differs?' }).click()
    await page.getByText(/4 causes, 16 counterfactuals/).waitFor()
    await picture(page, 'pipeline-attribution-plan-light')
    await page.getByRole('button', { name: 'Share out the change' }).click()
    await page.getByRole('button', { name: 'See the shares' }).click({ timeout: 60_000 })
    await page.getByRole('heading', { name: 'v1 → main' }).waitFor()
    await page.getByRole('list', { name: 'Shares of score' }).getByText('+60').waitFor()
    await picture(page, 'pipeline-attribution-light')
    const [found] = (await caller.call(operations.pipelines.attributions, {})).attributions
    const { attribution } = await caller.call(operations.pipelines.attribution, {
      id: found?.id ?? '',
    })
    const score = attribution.metrics.find((metric) => metric.key === 'score')
    const shares = Object.fromEntries((score?.shares ?? []).map((each) => [each.cause, each.share]))
    // 10·(3·4 − 1·2) divided between the two, 7 of the code, one row more
    for (const [cause, share] of [
      ['params:rate', 60],
      ['params:depth', 40],
      ['code:train', 7],
      ['data:raw.csv', 1],
    ] as const)
      assert.ok(Math.abs((shares[cause] ?? NaN) - share) < 1e-9, cause)
    for (const scheme of ['light', 'dark'] as const) {
      const shown = await open(scheme, `/pipeline/attributions/${attribution.id}`)
      await shown.getByRole('list', { name: 'Shares of score' }).waitFor()
      assert.deepEqual(await violations(shown), [])
      await picture(shown, `pipeline-attribution-${scheme}`)
    }
  },
)

test(
  'each part of the pipeline passes axe, light and dark, with and without something to show',
  { skip: skipBrowser },
  async (t) => {
    const { page: open, problems } = await served(t, small)
    const parts = [
      ['/pipeline', 'graph'],
      ['/pipeline?tab=experiments', 'experiments'],
      ['/pipeline?tab=attribution', 'attribution-empty'],
      ['/pipeline?tab=data&from=v1&to=main', 'data'],
      ['/pipeline?tab=data&from=main&to=main', 'data-empty'],
      ['/pipeline?tab=storage', 'storage'],
      ['/pipeline/stages/train', 'stage-files'],
      ['/pipeline/stages/train?tab=attempts', 'stage-attempts'],
      ['/pipeline/stages/train?tab=history', 'stage-history'],
    ] as const
    for (const scheme of ['light', 'dark'] as const) {
      for (const [path, name] of parts) {
        const page = await open(scheme, path)
        await page.waitForTimeout(500)
        if (name === 'data') {
          await page.getByText('2 → 3 rows').first().waitFor()
        }
        await picture(page, `pipeline-${name}-${scheme}`)
        assert.deepEqual(await violations(page), [], `${path}, ${scheme}`)
        await page.context().close()
      }
    }
    assert.deepEqual(problems, [])
  },
)

/** Folders of stages, each with a loop of twenty over a grid. */
async function large(dir: string): Promise<void> {
  const folders = ['ingest', 'features', 'models', 'reports', 'checks']
  const files = Object.fromEntries(
    folders.map((folder, index) => {
      const before = index === 0 ? '../source.txt' : `../${folders[index - 1]}/all.txt`
      const items = Array.from({ length: 20 }, (_, item) => `part-${item}`)
      const loop = (name: string, dep: string) =>
        `  ${name}:\n    foreach: [${items.join(', ')}]\n    do:\n      cmd: cp ${dep} ${name}-\${item}.txt\n      deps:\n      - ${dep}\n      outs:\n      - ${name}-\${item}.txt\n`
      const text = `stages:\n  start:\n    cmd: cp ${before} start.txt\n    deps:\n    - ${before}\n    outs:\n    - start.txt\n${loop('split', 'start.txt')}  join:\n    cmd: cat split-*.txt > all.txt\n    deps:\n${items.map((item) => `    - split-${item}.txt\n`).join('')}    outs:\n    - all.txt\n${loop('check', 'all.txt')}`
      return [`${folder}/dvc.yaml`, text]
    }),
  )
  await write(dir, { ...files, 'source.txt': 'x', '.gitignore': '/.tidemill\n' })
  gitIn(dir)('add', '-A')
  gitIn(dir)('commit', '-qm', 'two hundred stages')
}

test(
  'a graph of two hundred stages opens as a few closed groups, is searched, opened and zoomed by keyboard, and passes axe',
  { skip: skipBrowser },
  async (t) => {
    const { page: open, problems } = await served(t, large)
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(scheme, '/pipeline')
      await page.getByText('210 of 210 stages would run.').waitFor()
      const boxes = page.locator('[data-box]')
      assert.ok((await boxes.count()) <= 60, `${await boxes.count()} boxes`)
      await picture(page, `pipeline-200-${scheme}`)
      assert.deepEqual(await violations(page), [], scheme)
      await page
        .getByRole('button', { name: /^models:|^split, group of 20/ })
        .nth(2)
        .click()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Open all' }).click()
      assert.equal(await boxes.count(), 210)
      await page.getByRole('button', { name: 'Fit' }).click()
      await picture(page, `pipeline-200-open-${scheme}`)
      await page.keyboard.press('f')
      await page.keyboard.type('models/dvc.yaml:check@part-7')
      await page.getByText('1 match').waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'models/dvc.yaml:check@part-7' }).waitFor()
      await picture(page, `pipeline-200-found-${scheme}`)
      await page.context().close()
    }
    assert.deepEqual(problems, [])
  },
)

test('without a pipeline the page says how to begin', { skip: skipBrowser }, async (t) => {
  const { page: open } = await served(t, async () => undefined)
  for (const scheme of ['light', 'dark'] as const) {
    const page = await open(scheme, '/pipeline')
    await page.getByText('There is no pipeline here').waitFor()
    await picture(page, `pipeline-none-${scheme}`)
    assert.deepEqual(await violations(page), [])
  }
})
