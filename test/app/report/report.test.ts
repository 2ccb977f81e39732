import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  assetsAt,
  changeReport,
  postComment,
  postPlots,
  reportMarkdown,
  reportMarker,
  writeReport,
} from '#app'
import { plotSvg, type Plot } from '#pipeline'
import { noted, project, type Project } from '../../pipeline/support/project.ts'

const pipeline = `stages:
  clean:
    cmd: ${noted('clean', 'cp raw.csv clean.csv')}
    deps:
    - raw.csv
    outs:
    - clean.csv
  still:
    cmd: cp other kept
    deps:
    - other
    outs:
    - kept
  train:
    cmd: node train.mjs
    deps:
    - clean.csv
    - train.mjs
    params:
    - rate
    metrics:
    - m.json:
        cache: false
    plots:
    - curve.csv:
        x: step
        y: loss
`
const train = `import { readFileSync, writeFileSync } from 'node:fs'
const rate = Number(/rate: ([0-9.]+)/.exec(readFileSync('params.yaml', 'utf8'))[1])
writeFileSync('m.json', JSON.stringify({ acc: rate, same: 1 }))
writeFileSync('curve.csv', 'step,loss\\n' + Array.from({ length: 90 }, (_, i) => i + ',' + 1 / (1 + rate * i)).join('\\n') + '\\n')
`

/** A repository whose work tree changes a parameter and adds a row and a column to a table. */
async function changed(t: TestContext): Promise<Project> {
  const made = await project(
    t,
    {
      'dvc.yaml': pipeline,
      'params.yaml': 'rate: 0.5\n',
      'train.mjs': train,
      'raw.csv': 'a,b\n1,2\n3,4\n',
      other: 'x',
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  made.write({ 'params.yaml': 'rate: 0.75\n', 'raw.csv': 'a,b,c\n1,9,0\n3,4,0\n5,6,1\n' })
  await made.repro()
  return made
}

test('a report says what changed in metrics, parameters, tables and stages, with plots and costs, the same each time', async (t) => {
  const made = await changed(t)
  const report = await changeReport(made.root, 'HEAD')
  assert.deepEqual(report.metrics.rows, [
    ['m.json', 'acc', '0.5', '0.75', '0.25'],
    ['m.json', 'same', '1', '1', '0'],
  ])
  assert.deepEqual(report.params.rows, [['params.yaml', 'rate', '0.5', '0.75']])
  const clean = report.data.find((each) => each.path === 'clean.csv')
  assert.deepEqual(clean?.tables, [
    {
      path: 'clean.csv',
      rows: [2, 3],
      columnsAdded: ['c'],
      columnsRemoved: [],
      columnsChanged: [{ name: 'b', cells: 1 }],
    },
  ])
  const states = report.stages.map(({ stage, state, due, last }) => [
    stage,
    state,
    due,
    last !== undefined,
  ])
  assert.deepEqual(states, [
    ['clean', 'changed', false, true],
    ['still', 'same', false, false],
    ['train', 'changed', false, true],
  ])
  const markdown = reportMarkdown(report)
  assert.ok(
    markdown.startsWith('<!-- tidemill-report:default -->\n## ⚪ No gate was asked; 1 of 2'),
  )
  assert.match(
    markdown,
    /clean\.csv +\| 1 modified +\| 12 B → 24 B +\| 2 → 3 +\| \+c, b \(1 cells\)/,
  )
  assert.match(markdown, /2 ran, 0 from the cache, 1 unchanged/)
  assert.match(markdown, /xychart-beta\n {2}title "curve\.csv"\n {2}y-axis "loss"\n {2}line \[1, /)
  assert.match(markdown, /\nworkspace loss · HEAD loss\n/)
  // a line of 90 points is thinned, and both sides are there
  assert.equal(markdown.match(/^ {2}line /gm)?.length, 2)
  assert.ok((/line \[(.*?)\]/.exec(markdown)?.[1]?.split(',').length ?? 99) <= 40)
  assert.equal(reportMarkdown(await changeReport(made.root, 'HEAD')), markdown)
})

test('beside the comment lie a page without scripts or addresses, the facts as JSON, and the plots as files', async (t) => {
  const made = await changed(t)
  const report = await changeReport(made.root, 'HEAD')
  const file = join(made.root, 'out/report.md')
  const files = await writeReport(report, file, {
    assets: assetsAt('https://example.org/run/7/'),
  })
  assert.deepEqual(
    files.map((each) => each.slice(made.root.length + 1)),
    ['out/report.md', 'out/report.html', 'out/report.json', 'out/report-plots/curve.csv.svg'],
  )
  for (const each of files) assert.ok(existsSync(each), each)
  assert.match(
    readFileSync(file, 'utf8'),
    /!\[curve\.csv\]\(https:\/\/example\.org\/run\/7\/report-plots\/curve\.csv\.svg\)/,
  )
  const page = readFileSync(join(made.root, 'out/report.html'), 'utf8')
  assert.doesNotMatch(page, /<script|https?:\/\/(?!www\.w3\.org)/)
  assert.match(page, /<svg xmlns/)
  const facts = JSON.parse(readFileSync(join(made.root, 'out/report.json'), 'utf8')) as {
    base: { name: string }
    params: { rows: string[][] }
  }
  assert.equal(facts.base.name, 'HEAD')
  assert.deepEqual(facts.params.rows, [['params.yaml', 'rate', '0.5', '0.75']])
})

test('a comment stays under GitHub’s limit however much changed, and says what it left out', async (t) => {
  const made = await changed(t)
  const report = await changeReport(made.root, 'HEAD')
  const rows = Array.from({ length: 5000 }, (_, index) => [
    'm.json',
    `metric-${index}`,
    '0',
    '1',
    '1',
  ])
  const many = { ...report, metrics: { ...report.metrics, rows } }
  const text = reportMarkdown(many)
  assert.ok(text.length < 65_536 && text.length > 5_000, String(text.length))
  assert.match(text, /… 4800 more/)
  assert.match(text, /### Parameters/)
  const graph = 'flowchart TD\n'.padEnd(70_000, 'x')
  const cut = reportMarkdown({ ...report, graph })
  assert.ok(cut.length < 65_536)
  assert.match(cut, /report\.html has it whole/)
  assert.match(cut, /0\.75/)
})

test('text from the repository cannot break out of the comment or the page', async (t) => {
  const made = await changed(t)
  const report = await changeReport(made.root, 'HEAD')
  const rows = [['params.yaml', 'x|y', '<img src=x onerror=1>', 'a\n| b', '']]
  const evil = { ...report, metrics: { ...report.metrics, rows } }
  const line = reportMarkdown(evil)
    .split('\n')
    .find((each) => each.includes('x\\|y'))
  assert.match(line ?? '', /&lt;img src=x onerror=1> .*a \\\| b/)
})

interface Recorded {
  readonly url: string
  readonly requests: {
    method: string
    path: string
    headers: Record<string, unknown>
    body: string
  }[]
  readonly comments: { id: number; body: string }[]
}

/** A host with some comments, that keeps what it is asked. */
async function fakeHost(
  t: TestContext,
  comments: { id: number; body: string }[],
): Promise<Recorded> {
  const requests: Recorded['requests'] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://host')
      const text = Buffer.concat(parts).toString()
      requests.push({
        method: request.method ?? '',
        path: url.pathname,
        headers: request.headers,
        body: text,
      })
      const answer = (value: unknown, status = 200) => {
        response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify(value))
      }
      if (
        request.headers.authorization !== 'Bearer secret' &&
        request.headers['private-token'] !== 'secret'
      )
        return answer({ message: 'Bad credentials' }, 401)
      const body = text === '' ? '' : (JSON.parse(text) as { body: string }).body
      if (request.method === 'GET') {
        const page = Number(url.searchParams.get('page'))
        return answer(comments.slice((page - 1) * 100, page * 100))
      }
      if (request.method === 'POST') {
        const made = { id: comments.length + 1, body, html_url: 'http://host/c' }
        comments.push(made)
        return answer(made, 201)
      }
      const id = Number(url.pathname.split('/').at(-1))
      const found = comments.find((comment) => comment.id === id)
      if (!found) return answer({ message: 'Not Found' }, 404)
      found.body = body
      return answer(found)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, comments }
}

test('on GitHub a report becomes one comment that later runs bring up to date, found behind a page of others', async (t) => {
  const others = Array.from({ length: 130 }, (_, index) => ({
    id: index + 1,
    body: `someone quotes <!-- tidemill-report:default --> ${index}`,
  }))
  const host = await fakeHost(t, others)
  const env = {
    GITHUB_TOKEN: 'secret',
    GITHUB_API_URL: host.url,
    GITHUB_REPOSITORY: 'team/model',
    GITHUB_REF: 'refs/pull/12/merge',
  }
  const marker = reportMarker()
  const first = await postComment('github', `${marker}\none`, marker, env)
  const second = await postComment('github', `${marker}\ntwo`, marker, env)
  const third = await postComment('github', `${marker}\ntwo`, marker, env)
  const other = await postComment(
    'github',
    `${reportMarker('nightly')}\nx`,
    reportMarker('nightly'),
    env,
  )
  assert.deepEqual(
    [first, second, third, other].map((each) => each.action),
    ['created', 'updated', 'unchanged', 'created'],
  )
  assert.deepEqual(
    host.requests
      .map(({ method, path }) => `${method} ${path}`)
      .filter((each) => !each.startsWith('GET')),
    [
      'POST /repos/team/model/issues/12/comments',
      'PATCH /repos/team/model/issues/comments/131',
      'POST /repos/team/model/issues/12/comments',
    ],
  )
  assert.equal(host.comments[130]?.body, `${marker}\ntwo`)
})

test('on GitLab a report becomes one note of the merge request', async (t) => {
  const host = await fakeHost(t, [])
  const env = {
    GITLAB_TOKEN: 'secret',
    CI_API_V4_URL: host.url,
    CI_PROJECT_ID: '7',
    CI_MERGE_REQUEST_IID: '3',
    CI_MERGE_REQUEST_PROJECT_URL: 'http://host/team/model',
  }
  const marker = reportMarker()
  const first = await postComment('gitlab', `${marker}\none`, marker, env)
  const second = await postComment('gitlab', `${marker}\ntwo`, marker, env)
  assert.deepEqual([first.action, second.action], ['created', 'updated'])
  assert.equal(first.url, 'http://host/team/model/-/merge_requests/3#note_1')
  assert.deepEqual(
    host.requests.map(({ method, path }) => `${method} ${path}`),
    [
      'GET /projects/7/merge_requests/3/notes',
      'POST /projects/7/merge_requests/3/notes',
      'GET /projects/7/merge_requests/3/notes',
      'PUT /projects/7/merge_requests/3/notes/1',
    ],
  )
})

test('what the environment does not say is named, and a refusal is told with its answer and without the token', async (t) => {
  const host = await fakeHost(t, [])
  const marker = reportMarker()
  const post = (env: Readonly<Record<string, string>>) => postComment('github', marker, marker, env)
  await assert.rejects(post({}), /GITHUB_REPOSITORY is not set/)
  await assert.rejects(
    post({ GITHUB_REPOSITORY: 'a/b', GITHUB_REF: 'refs/heads/main' }),
    /no pull request/,
  )
  await assert.rejects(
    post({ GITHUB_REPOSITORY: 'a/b', GITHUB_REF: 'refs/pull/1/merge' }),
    /GITHUB_TOKEN is not set/,
  )
  await assert.rejects(
    post({
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_REF: 'refs/pull/1/merge',
      GITHUB_API_URL: host.url,
      GITHUB_TOKEN: 'wrong-token',
    }),
    (error: Error) =>
      /401.*Bad credentials/.test(error.message) && !error.message.includes('wrong-token'),
  )
})

/** A plot of each shape, of which only the first is lines. */
const shapes: readonly Plot[] = [
  {
    id: 'curve',
    template: 'linear',
    rows: [
      { a: 0, b: 1 },
      { a: 1, b: 2 },
    ],
  },
  {
    id: 'dots',
    template: 'scatter',
    rows: [
      { a: 0, b: 1 },
      { a: 1, b: 2 },
    ],
  },
  {
    id: 'bars',
    template: 'bar_horizontal',
    rows: [
      { a: 3, b: 'age' },
      { a: 7, b: 'bmi' },
    ],
  },
  {
    id: 'pairs',
    template: 'confusion',
    rows: [
      { a: 'cat', b: 'dog' },
      { a: 'cat', b: 'cat' },
    ],
  },
].map(({ id, template, rows }) => ({
  id,
  template,
  kind: 'table',
  x: 'a',
  y: ['b'],
  series: [{ revision: 'workspace', path: id, rows }],
}))
const picture: Plot = {
  id: 'cm.png',
  kind: 'image',
  x: '',
  y: [],
  series: [{ revision: 'workspace', path: 'cm.png', image: 'data:image/png;base64,iVBORw==' }],
}

test('points, bars and confusions are drawn as such, and a comment names what it cannot draw', async (t) => {
  const made = await changed(t)
  const report = await changeReport(made.root, 'HEAD')
  const [lines = '', points = '', bars = '', pairs = ''] = shapes.map((plot) => plotSvg(plot))
  assert.match(lines, /<polyline/)
  assert.match(points, /<circle.*<circle/)
  assert.doesNotMatch(points, /<polyline/)
  // age and bmi, 3 and 7 long over the same axis
  const widths = [...bars.matchAll(/<rect [^>]*width="([\d.]+)" height="9"/g)].map(([, width]) =>
    Number(width),
  )
  assert.ok(Math.abs((widths[0] ?? 0) / (widths[1] ?? 1) - 3 / 7) < 0.001, widths.join())
  assert.match(bars, />age<.*>bmi</)
  // rows are predictions and columns what was so: one cat was taken for a dog
  const counts = [...pairs.matchAll(/<\/?rect[^>]*><text[^>]*>(\d)<\/text>/g)].map(
    ([, count]) => count,
  )
  assert.deepEqual(counts, ['1', '0', '1', '0'])
  const [pair] = shapes.filter(({ id }) => id === 'pairs')
  const rows = Array.from({ length: 1000 }, (_, i) => ({ a: `c${i}`, b: `c${i}` }))
  const series = [{ revision: 'workspace', path: 'pairs', rows }]
  assert.ok(pair && plotSvg({ ...pair, series }) === undefined, 'a thousand classes')
  const text = reportMarkdown({ ...report, plots: [...shapes, picture] })
  assert.match(text, /title "curve"/)
  assert.match(text, /^dots: points, in report\.html$/m)
  assert.match(text, /^bars: bars, in report\.html$/m)
  assert.match(text, /^pairs: a confusion matrix, in report\.html$/m)
  assert.match(text, /^cm\.png: an image, in report\.html$/m)
})

/** A host that takes objects and files, and says what it was given. */
async function fakeStore(t: TestContext, refs: Set<string>) {
  const asked: { method: string; path: string; body: string }[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const [method = '', path = ''] = [request.method, request.url]
      const body = Buffer.concat(parts).toString()
      asked.push({ method, path, body })
      const known = method !== 'PATCH' || refs.has(path.split('/git/')[1] ?? '')
      if (method === 'POST' && path.endsWith('/git/refs'))
        refs.add((JSON.parse(body) as { ref: string }).ref)
      // an object's name follows from what it is
      const sha = hash('sha1', body, 'hex')
      response.writeHead(known ? 201 : 422, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ sha, url: `/uploads/${asked.length}/x` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('on GitHub plots become a commit beside all branches, the same for the same plots, and the comment shows them', async (t) => {
  const refs = new Set<string>()
  const { url, asked } = await fakeStore(t, refs)
  const env = {
    GITHUB_TOKEN: 'secret',
    GITHUB_API_URL: url,
    GITHUB_REPOSITORY: 'team/model',
    GITHUB_REF: 'refs/pull/12/merge',
  }
  const assets = await postPlots('github', [...shapes, picture], undefined, env)
  const again = await postPlots('github', [...shapes, picture], undefined, env)
  const address = assets('report-plots/cm-now.png') ?? ''
  assert.match(
    address,
    /^https:\/\/github\.com\/team\/model\/raw\/[0-9a-f]{40}\/report-plots\/cm-now\.png$/,
  )
  assert.equal(again('report-plots/cm-now.png'), address)
  assert.deepEqual([...refs], ['refs/tidemill/plots/12-default'])
  const trees = asked.filter(({ path }) => path.endsWith('/git/trees'))
  const { tree } = JSON.parse(trees[0]?.body ?? '') as { tree: { path: string }[] }
  assert.deepEqual(
    tree.map(({ path }) => path),
    ['curve.svg', 'dots.svg', 'bars.svg', 'pairs.svg', 'cm-now.png'].map(
      (name) => `report-plots/${name}`,
    ),
  )
  const made = await changed(t)
  const report = await changeReport(made.root, 'HEAD')
  const text = reportMarkdown({ ...report, plots: [...shapes, picture] }, { assets })
  assert.equal(text.match(/!\[[^\]]*\]\(https:\/\/github\.com\/team\/model\/raw\//g)?.length, 5)
})

test('on GitLab what it cannot draw itself becomes uploads of the project', async (t) => {
  const { url, asked } = await fakeStore(t, new Set())
  const env = {
    GITLAB_TOKEN: 'secret',
    CI_API_V4_URL: url,
    CI_PROJECT_ID: '7',
    CI_MERGE_REQUEST_IID: '3',
  }
  const assets = await postPlots('gitlab', [...shapes, picture], undefined, env)
  assert.deepEqual(
    asked.map(({ method, path }) => `${method} ${path}`),
    Array.from({ length: 4 }, () => 'POST /projects/7/uploads'),
  )
  assert.match(asked[3]?.body ?? '', /filename="cm-now\.png"/)
  assert.equal(assets('report-plots/curve.svg'), undefined)
  assert.equal(assets('report-plots/cm-now.png'), '/uploads/4/x')
})
