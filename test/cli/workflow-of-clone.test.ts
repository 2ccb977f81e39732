import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { initProject } from '../../src/app/init.ts'
import { gitIn } from '../support/git.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tidemill } from '../support/tidemill.ts'

const files = {
  'raw/a.txt': 'one\n',
  'raw/b/c.txt': 'two\n',
  'params.yaml': 'times: 1\n',
  'dvc.yaml': `stages:
  gather: {cmd: cat raw/a.txt raw/b/c.txt > all.txt, deps: [raw], outs: [all.txt]}
  train: {cmd: 'grep times params.yaml > model && cat all.txt >> model', deps: [all.txt], params: [times], outs: [model]}
  score:
    cmd: 'grep times model | sed s/times/score/ > metrics.yaml && printf "step,loss\\n1,0.5\\n2,0.25\\n" > curve.csv'
    deps: [model]
    metrics: [metrics.yaml]
    plots: [{curve.csv: {x: step}}]
`,
}

async function run(dir: string, line: string): Promise<string> {
  const { code, stdout, stderr } = await tidemill(line.split(' '), dir)
  assert.equal(code, 0, `tidemill ${line}: ${stdout}${stderr}`)
  return stdout
}

/** The commands of ours among lines of a script; those that speak to the host left out. */
const commands = (lines: readonly string[]): readonly string[] =>
  lines
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => /^\s*tidemill (.*)/.exec(line)?.[1] ?? [])
    .filter((line) => !line.includes('--post'))

/** What the workflows in a folder have CI run. */
function scripts(dir: string): Readonly<Record<'github' | 'gitlab', readonly string[]>> {
  const github = parse(readFileSync(join(dir, '.github/workflows/tidemill.yml'), 'utf8')) as {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly { run?: string }[] }>>
  }
  const gitlab = parse(readFileSync(join(dir, '.gitlab-ci.yml'), 'utf8')) as {
    readonly check: { readonly script: readonly string[]; readonly after_script: readonly string[] }
  }
  const steps = Object.values(github.jobs).flatMap((job) => job.steps.map((step) => step.run ?? ''))
  const { script, after_script } = gitlab.check
  return {
    github: commands(steps).map((line) => line.replace('${{ github.base_ref }}', 'main')),
    gitlab: commands([...script, ...after_script]).map((line) =>
      line.replace('FETCH_HEAD', 'origin/main'),
    ),
  }
}

test('the workflows of a project that keeps data on a remote do their work in a bare clone, and run nothing that was run before', async (t) => {
  const folder = await temporaryFolder(t)
  const author = join(folder, 'author')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(author, path)), { recursive: true })
    writeFileSync(join(author, path), text)
  }
  gitIn(author)('init', '-q', '-b', 'main')
  for (const line of ['init', 'remote add -d store ../store', 'add raw', 'repro'])
    await run(author, line)
  for (const host of ['github', 'gitlab']) await run(author, `init --ci ${host}`)
  assert.ok(!existsSync(join(author, 'Dockerfile')), 'there is no server to put anywhere')
  await run(author, 'push --run-cache')
  gitIn(author)('add', '-A')
  gitIn(author)('commit', '-qm', 'base')
  // a change that was run where it was made, and one that nobody ran
  gitIn(author)('checkout', '-qb', 'ran')
  writeFileSync(join(author, 'params.yaml'), 'times: 2\n')
  await run(author, 'repro')
  await run(author, 'push --run-cache')
  gitIn(author)('commit', '-qam', 'run here')
  gitIn(author)('checkout', '-qb', 'unrun', 'main')
  writeFileSync(join(author, 'params.yaml'), 'times: 3\n')
  gitIn(author)('commit', '-qam', 'not run')
  gitIn(folder)('clone', '-q', '--bare', 'author', 'origin.git')

  const expected = { ran: /Everything is up to date/, unrun: /2 stages ran, 0 came/ } as const
  const hosts = { ran: 'github', unrun: 'gitlab' } as const
  for (const branch of ['ran', 'unrun'] as const) {
    const clone = join(folder, branch)
    gitIn(folder)('clone', '-q', 'origin.git', branch)
    gitIn(clone)('checkout', '-q', '--detach', `origin/${branch}`)
    const lines = scripts(clone)[hosts[branch]]
    assert.deepEqual(lines, [
      'pull --allow-missing',
      'repro --pull',
      'report --base origin/main --out report.md --pull',
    ])
    const said: string[] = []
    for (const line of lines) said.push(await run(clone, line))
    assert.match(said[1] ?? '', expected[branch])
    const report = readFileSync(join(clone, 'report.md'), 'utf8')
    const value = branch === 'ran' ? 2 : 3
    for (const name of ['times', 'score'])
      assert.match(report, new RegExp(`${name} +\\| 1 +\\| ${value}`))
    assert.ok(existsSync(join(clone, 'report-plots/curve.csv.svg')))
  }
})

test('a workflow hands over what the remote of the project asks for, and deploys only what declares something', async (t) => {
  const places = {
    's3://bucket/place': { secrets: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] },
    'azure://container/place': { secrets: ['AZURE_STORAGE_CONNECTION_STRING'] },
    'ssh://host/place': { secrets: ['SSH_PRIVATE_KEY', 'SSH_KNOWN_HOSTS'], way: /known_hosts/ },
    'https://host/place': { secrets: ['REMOTE_PASSWORD'], way: /modify --local 'far' password/ },
  } as const
  for (const [url, { secrets, ...rest }] of Object.entries(places)) {
    const dir = await temporaryFolder(t)
    mkdirSync(join(dir, '.git'))
    mkdirSync(join(dir, '.dvc'))
    const auth = url.startsWith('https') ? '    auth = basic\n' : ''
    const config = `[core]\n    remote = far\n['remote "far"']\n    url = ${url}\n${auth}`
    writeFileSync(join(dir, '.dvc/config'), config)
    for (const ci of ['github', 'gitlab']) await initProject({ dir, ci })
    const text = readFileSync(join(dir, '.github/workflows/tidemill.yml'), 'utf8')
    const { jobs } = parse(text) as {
      jobs: {
        check: {
          env: Readonly<Record<string, string>>
          steps: readonly { name?: string; run?: string; if?: string; with?: object }[]
        }
      }
    }
    assert.deepEqual(Object.keys(jobs), ['check'])
    const { PULL: pull = '', ...handed } = jobs.check.env
    assert.deepEqual(
      handed,
      Object.fromEntries(secrets.map((name) => [name, `\${{ secrets.${name} }}`])),
    )
    // A pull request of a stranger has no secrets: its check goes without the remote, and no token is left for its stages.
    assert.match(pull, /head\.repo\.full_name == github\.repository\) && '--pull' \|\| ''/)
    const data = jobs.check.steps.find(({ name }) => name === 'Data')
    assert.equal(data?.if, "env.PULL != ''")
    assert.deepEqual(jobs.check.steps[0]?.with, { 'fetch-depth': 0, 'persist-credentials': false })
    assert.match(text, /tidemill repro \$PULL\n/)
    const way = jobs.check.steps.find(({ name }) => name === 'Way to the data')?.run ?? ''
    const gitlab = readFileSync(join(dir, '.gitlab-ci.yml'), 'utf8')
    parse(gitlab)
    for (const name of secrets) assert.ok(gitlab.includes(name), name)
    if ('way' in rest) for (const script of [way, gitlab]) assert.match(script, rest.way)
    else assert.equal(way, '')
  }
})
