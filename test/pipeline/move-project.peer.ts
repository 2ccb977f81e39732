import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { dvc, skipDvc } from '../support/dvc-peer.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tidemill } from '../support/tidemill.ts'

const identity = {
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@localhost',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@localhost',
}

const folders = ['images', 'tables', 'texts'] as const

/** Thirty stages over three folders: one each that counts, a chain of nine behind it, and a last group that gathers. */
function pipelineText(): string {
  const stage = (name: string, cmd: string, deps: readonly string[], rest: string) =>
    `  ${name}:\n    cmd: ${JSON.stringify(`echo ${name} >> $RAN && ${cmd}`)}\n    deps:\n${deps.map((dep) => `    - ${dep}\n`).join('')}${rest}`
  const out = (path: string) => `    outs:\n    - ${path}\n`
  const chains = folders.flatMap((folder) => [
    stage(
      `count-${folder}`,
      `cat raw/${folder}/* > ${folder}-0.txt`,
      [`raw/${folder}`],
      out(`${folder}-0.txt`),
    ),
    ...Array.from({ length: 8 }, (_, index) =>
      stage(
        `${folder}-${index + 1}`,
        `cat ${folder}-${index}.txt params.yaml > ${folder}-${index + 1}.txt`,
        [`${folder}-${index}.txt`],
        `    params:\n    - steps.s${index}\n${out(`${folder}-${index + 1}.txt`)}`,
      ),
    ),
  ])
  const ends = folders.map((folder) => `${folder}-8.txt`)
  return `stages:\n${chains.join('')}${stage('gather', `mkdir -p model && cat ${ends.join(' ')} > model/all`, ends, out('model'))}${stage('score', 'wc -c < model/all | sed "s/^ */bytes: /" > metrics.yaml', ['model'], '    metrics:\n    - metrics.yaml:\n        cache: false\n')}${stage('curve', 'printf "step,loss\\n1,0.5\\n2,0.25\\n" > curve.csv', ['model'], '    plots:\n    - curve.csv:\n        x: step\n')}`
}

const params = `steps:\n${Array.from({ length: 8 }, (_, index) => `  s${index}: ${index}.5\n`).join('')}rate: 1e-05\n`

/** A clone of the project where one of the two programs works, with a note of the stages that run there. */
function workplace(root: string) {
  const ran = join(root, '../ran')
  const env = { ...identity, RAN: ran }
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', root, ...args], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
  return {
    root,
    env,
    git,
    write(path: string, text: string) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    },
    /** The stages that ran since the last question. */
    took(): string[] {
      if (!existsSync(ran)) return []
      const names = readFileSync(ran, 'utf8').split('\n').filter(Boolean)
      rmSync(ran)
      return names
    },
    dvc: (...args: readonly string[]) => dvc(args, root, env),
    async ours(...args: readonly string[]): Promise<string> {
      process.env.RAN = ran
      const { code, stdout, stderr } = await tidemill(args, root)
      assert.equal(code, 0, `tidemill ${args.join(' ')}: ${stdout}${stderr}`)
      return stdout
    },
  }
}

test(
  'a project of 30 stages, three data folders, a remote and experiments moves to us and back, and neither sees a changed byte',
  { skip: skipDvc },
  async (t) => {
    const folder = await temporaryFolder(t)
    const [first, second, third] = ['one', 'two', 'three'].map((name) => join(folder, name, 'repo'))
    const clone = (from: string, to: string) => {
      mkdirSync(dirname(to), { recursive: true })
      execFileSync('git', ['clone', '-q', from, to])
      execFileSync('git', ['-C', to, 'fetch', '-q', 'origin', 'refs/exps/*:refs/exps/*'])
      return workplace(to)
    }
    assert.ok(first !== undefined && second !== undefined && third !== undefined)

    // the project, by DVC alone
    mkdirSync(first, { recursive: true })
    const theirs = workplace(first)
    theirs.git('init', '-q', '-b', 'main')
    await theirs.dvc('init', '-q')
    for (const name of folders)
      for (let index = 0; index < 12; index += 1)
        theirs.write(
          `raw/${name}/part ${index}${index === 3 ? ' é' : ''}.txt`,
          `${name} ${index}\n`,
        )
    theirs.write('params.yaml', params)
    theirs.write('dvc.yaml', pipelineText())
    await theirs.dvc('add', '-q', ...folders.map((name) => `raw/${name}`))
    await theirs.dvc('remote', 'add', '-q', '-d', 'store', join(folder, 'store'))
    await theirs.dvc('repro', '-q')
    assert.equal(theirs.took().length, 30)
    theirs.git('add', '-A')
    theirs.git('commit', '-qm', 'by dvc')
    await theirs.dvc('exp', 'run', '-q', '-n', 'steeper', '-S', 'steps.s6=9.5')
    theirs.git('checkout', '-q', '.')
    await theirs.dvc('checkout', '-q')
    await theirs.dvc('push', '-q', '--run-cache')
    await theirs.dvc('push', '-q', '-A')
    theirs.took()

    // to us
    const here = clone(first, second)
    await here.ours('pull', '--run-cache')
    assert.deepEqual(JSON.parse(await here.ours('status', '--json')), {})
    await here.ours('repro')
    assert.deepEqual(here.took(), [], 'nothing is left to run')
    assert.equal(here.git('status', '--porcelain'), '', 'and not a byte of Git’s changed')
    assert.match(await here.ours('exp', 'show'), /steeper/)
    await here.ours('commit', '-f')
    assert.equal(here.git('status', '--porcelain'), '')

    // a day's work here: data, a parameter, an experiment
    here.write('raw/tables/part 99.txt', 'more\n')
    rmSync(join(second, 'raw/texts/part 0.txt'))
    await here.ours('add', 'raw/tables', 'raw/texts')
    here.write('params.yaml', params.replace('s5: 5.5', 's5: 55'))
    await here.ours('repro', '-j', '2')
    assert.equal(
      here.took().length,
      2 * 9 + 3 + 3,
      'two chains, the third from its sixth step, and the end',
    )
    here.git('add', '-A')
    here.git('commit', '-qm', 'by tidemill')
    await here.ours('exp', 'run', '-n', 'gentler', '-S', 'steps.s7=0.25')
    here.git('checkout', '-q', '.')
    await here.ours('checkout')
    await here.ours('push', '--run-cache', '-A')
    here.took()

    // and back
    const back = clone(second, third)
    await back.dvc('pull', '-q', '--run-cache')
    assert.equal((await back.dvc('status', '--json')).trim(), '{}')
    assert.equal((await back.dvc('data', 'status', '--json')).trim(), '{}')
    await back.dvc('repro')
    assert.deepEqual(back.took(), [], 'nothing is left to run there either')
    assert.equal(back.git('status', '--porcelain'), '')
    await back.dvc('commit', '-q', '-f')
    assert.equal(back.git('status', '--porcelain'), '', 'dvc writes the same bytes itself')
    const shown = await back.dvc('exp', 'show', '--json', '-A')
    assert.match(shown, /gentler/)
    assert.match(shown, /steeper/)
    assert.equal(readFileSync(join(third, 'raw/tables/part 99.txt'), 'utf8'), 'more\n')
    assert.equal(existsSync(join(third, 'raw/texts/part 0.txt')), false)
    // what either ran the other restores
    await back.dvc('exp', 'pull', '-q', 'origin', 'gentler')
    await back.dvc('exp', 'apply', 'gentler')
    await back.dvc('repro')
    assert.deepEqual(back.took(), [])
  },
)
