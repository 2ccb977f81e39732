import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { commandList } from '../../src/cli/command-list.ts'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

function leavesOf(command: Command): readonly Command[] {
  return command.commands.length > 0 ? command.commands.flatMap(leavesOf) : [command]
}

test('help names every command and the exit codes', async (t) => {
  const { stdout, code } = await tidemill(['--help'], await temporaryFolder(t))
  assert.equal(code, 0)
  for (const { name, summary } of commandList)
    assert.match(stdout, new RegExp(`${name} +${summary.slice(0, 12)}`))
  assert.match(stdout, /Exit codes/)
})

test('every command loads, describes its options, and knows --json', async () => {
  for (const { name, load } of commandList) {
    for (const leaf of leavesOf((await load()).command())) {
      assert.ok(
        leaf.options.every((option) => option.description || option.argChoices),
        `${name} ${leaf.name()}`,
      )
      if (name !== 'completion')
        assert.ok(
          leaf.options.some((option) => option.long === '--json'),
          `${name} ${leaf.name()}`,
        )
    }
  }
})

test('an unknown command exits with 2 and guesses', async (t) => {
  const { code, stderr } = await tidemill(['serve'], await temporaryFolder(t))
  assert.equal(code, 2)
  assert.match(stderr, /Did you mean server/)
})

test('a new user brings a CSV of their own round to a champion', async (t) => {
  const dir = await temporaryFolder(t)
  const rows = Array.from(
    { length: 400 },
    (_, i) => `${i % 50},${(i * 7) % 31},${(i % 50) + ((i * 7) % 31) > 40 ? 'yes' : 'no'}`,
  )
  await writeFile(join(dir, 'mine.csv'), `size,weight,bought\n${rows.join('\n')}\n`)
  await mkdir(join(dir, 'project'))
  const here = join(dir, 'project')
  assert.equal(
    (await tidemill(['init', '--csv', '../mine.csv', '--label', 'bought'], here)).code,
    0,
  )
  const plan = await tidemill(['plan', '--exit-code'], here)
  assert.equal(plan.code, 1, plan.stderr)
  assert.match(plan.stdout, /\+ dataset mine/)
  assert.equal((await tidemill(['apply'], here)).code, 0)
  assert.equal((await tidemill(['plan', '--exit-code'], here)).code, 0)
  const repro = await tidemill(['repro'], here)
  assert.equal(repro.code, 0, repro.stderr)
  const best = await tidemill(['models', 'promote-best', '--json'], here)
  assert.equal(best.code, 0, best.stderr + best.stdout)
  const predict = await tidemill(['predict', 'mine', 'size=45', 'weight=25', '--json'], here)
  assert.equal(
    (JSON.parse(predict.stdout) as { answers: { prediction: string }[] }).answers[0]?.prediction,
    'yes',
  )
  const again = await tidemill(['repro'], here)
  assert.match(again.stdout, /up to date/)
})

test('what only names a row and what is a time is no input of a new project, and init says so', async (t) => {
  const dir = await temporaryFolder(t)
  const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i + 7},u-${i},${i * i},${day(i)},${i / 3},${i * 3},${i % 3 === 0 ? 'a' : 'b'}`,
  )
  const csv = `row,user,order_id,day,weight,visits,kind\n${rows.join('\n')}\n`
  await writeFile(join(dir, 'mine.csv'), csv)
  const { stdout, stderr, code } = await tidemill(['init', 'here', '--csv', 'mine.csv'], dir)
  assert.equal(code, 0, stderr)
  assert.match(
    stdout,
    /base\.inputs of params\.yaml:\n {2}row .*\n {2}user .*\n {2}order_id .*\n {2}day holds/,
  )
  const params = await readFile(join(dir, 'here/params.yaml'), 'utf8')
  assert.match(params, /inputs:\n {4}- weight\n {4}- visits\n/)
  assert.doesNotMatch(await readFile(join(dir, 'here/tidemill.yaml'), 'utf8'), /- (row|order_id)/)
  const trained = ['apply', 'repro', 'models promote-best mine --json']
  for (const words of trained) await tidemill(words.split(' '), join(dir, 'here'))
  const asked = await tidemill(['predict', 'mine', 'row=3'], join(dir, 'here'))
  assert.match(asked.stderr, /there is no input "row"/)
})

test('init says of a label that is a number that what it writes tells classes apart', async (t) => {
  const dir = await temporaryFolder(t)
  const prices = Array.from({ length: 80 }, (_, i) => `${i % 9},${i / 7}`).join('\n')
  await writeFile(join(dir, 'mine.csv'), `size,price\n${prices}\n`)
  const { stderr, code } = await tidemill(['init', 'here', '--csv', 'mine.csv'], dir)
  assert.equal(code, 2)
  assert.match(stderr, /price has 80 different values.* tells classes apart.*docs\/training\.md/)
})

test('a wrong value, a missing file and a broken rule have exit codes of their own', async (t) => {
  const dir = await temporaryFolder(t)
  assert.equal((await tidemill(['data', 'import', 'x', 'nowhere.csv'], dir)).code, 2)
  await writeFile(join(dir, 'ragged.csv'), 'a,b\n1\n')
  const ragged = await tidemill(['data', 'import', 'x', 'ragged.csv'], dir)
  assert.equal(ragged.code, 65)
  assert.match(ragged.stderr, /ragged\.csv:2: 1 fields/)
  const json = await tidemill(['data', 'show', 'x', '--json'], dir)
  assert.equal((JSON.parse(json.stderr) as { error: { code: string } }).error.code, 'not_found')
})

test('a backup is restored beside what was there, which is kept', async (t) => {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'a.csv'), 'a,b\n1,2\n')
  await tidemill(['data', 'import', 'one', 'a.csv'], dir)
  assert.equal((await tidemill(['backup', 'home.tar.gz'], dir)).code, 0)
  await tidemill(['data', 'import', 'two', 'a.csv'], dir)
  assert.equal((await tidemill(['restore', 'home.tar.gz'], dir)).code, 2, 'not without --replace')
  const restored = await tidemill(['restore', 'home.tar.gz', '--replace'], dir)
  assert.equal(restored.code, 0, restored.stderr)
  assert.match(restored.stdout, /kept as/)
  const { stdout } = await tidemill(['data', 'list', '--json'], dir)
  const { datasets } = JSON.parse(stdout) as { datasets: { name: string }[] }
  assert.deepEqual(
    datasets.map((each) => each.name),
    ['one'],
  )
})

test('the doctor finds a machine and a home well, and says what to do where not', async (t) => {
  const dir = await temporaryFolder(t)
  const { stdout } = await tidemill(['doctor', '--json', '--port', '0'], dir)
  const { findings } = JSON.parse(stdout) as {
    findings: { what: string; state: string; remedy?: string }[]
  }
  assert.deepEqual(
    findings.filter((each) => each.state !== 'good').map((each) => each.what),
    ['State'],
  )
  assert.ok(findings.every((each) => each.state === 'good' || each.remedy))
})

test('completion scripts know every command', async (t) => {
  const dir = await temporaryFolder(t)
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await tidemill(['completion', shell], dir)
    for (const { name } of commandList) assert.ok(stdout.includes(name), `${shell} ${name}`)
  }
})
