import assert from 'node:assert/strict'
import { test } from 'node:test'
import { enqueue, expRun, refuseComposition } from '#pipeline'
import { assignedFiles } from '../../../src/pipeline/experiments/assignment.ts'
import { setParam } from '../../../src/pipeline/experiments/override-params.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

const yaml = '# how fast\nrate: 0.1 # slow\ntrain:\n  layers: [1, 2]\n  name: a\n'
const toml = `# top
a = 1 # one
[t]
lr = 0.5 # rate
name = "x"
l = [
  1, # first
  2,
]

[[many]]
x = 1
[[many]]
x = { y = 2, 'z w' = '''q''r''' } # two
[u.v]
`

const python = `# top
import os
a = 1
lr: float = 0.10  # was = 0.10
name = "x"
on = True
l = [1,
     2]  # two
d = {'k': 1}
t = (1, 2)
e = os.name

class Train:
    rate = 0.5; other = 1
    deep = 'x'

    def __init__(self):
        self.w = None
`

/** What becomes of the file that an assignment names. */
async function assigner(t: Parameters<typeof project>[0]) {
  const made = await project(t, {
    'params.yaml': yaml,
    'p.json': '{"a": {"b": 1}, "l": [1, 2]}\n',
    'p.toml': toml,
    'p.py': python,
  })
  return (...set: readonly string[]) =>
    [...assignedFiles(made.root, made.root, set).values()].join('')
}

// dvc 3.67.1 takes and refuses the like; looked at by hand
test('a parameter that is not there is refused without +, one that is there with it, and both are right with ++', async (t) => {
  const after = await assigner(t)
  const refused = (set: string, word: string) =>
    assert.throws(() => after(set), failsWith('bad_request', word), set)
  refused(
    'train.lerning_rate=0.1',
    'has no train.lerning_rate: to add it, write +train.lerning_rate=',
  )
  refused('train={name: b, nosuch: 1}', 'no train.nosuch')
  refused('p.toml:t.nosuch=1', 'no t.nosuch')
  refused('+rate=2', 'has rate already: leave the + away, or write ++rate=2')
  refused('rate.deep=1', 'single value')
  refused('~nosuch', 'no nosuch')
  refused('~rate=5', 'not 5')
  refused('+=1', 'key=value')
  assert.match(after('+train.seed=7'), /^ {2}seed: 7$/m)
  assert.match(after('+train={seed: 7, name: b}'), /\n {2}name: b\n {2}seed: 7\n/)
  assert.match(after('++rate=2', '++more.deep=x'), /rate: 2 # slow\n[^]*more:\n {2}deep: x\n/)
  assert.match(after('train.layers.1=7'), /layers: \[ 1, 7 \]/)
  assert.match(after('rate='), /rate: ""|rate: ''/)
  assert.doesNotMatch(after('~rate'), /rate/)
  assert.equal(after('~rate=0.1'), after('~rate='))
  assert.equal(after('p.json:~a.b', 'p.json:~l.0'), '{"a": {}, "l": [2]}\n')
})

test('in a TOML file a value changes, or a line comes or goes, and all else stays as it was', async (t) => {
  const after = await assigner(t)
  const changed = (from: string, to: string) => toml.replace(from, () => to)
  assert.equal(after('p.toml:a=hello'), changed('a = 1', 'a = "hello"'))
  assert.equal(after('p.toml:t.lr=1'), changed('lr = 0.5', 'lr = 1'))
  assert.equal(after('p.toml:t.lr=1.0'), changed('lr = 0.5', 'lr = 1.0'))
  assert.equal(
    after('p.toml:t.l=[true, "q\\"", {k: 1e-8}]'),
    changed('[\n  1, # first\n  2,\n]', '[true, "q\\"", { k = 1e-08 }]'),
  )
  assert.equal(after('p.toml:t.l.0=8'), changed('[\n  1, # first\n  2,\n]', '[8, 2]'))
  assert.equal(
    after('p.toml:many.1.x.y=3'),
    changed("{ y = 2, 'z w' = '''q''r''' }", '{ y = 3, "z w" = "q\'\'r" }'),
  )
  assert.equal(after('p.toml:many.0.x=3'), changed('x = 1', 'x = 3'))
  assert.equal(after('p.toml:+t.z=5'), changed('2,\n]\n', '2,\n]\nz = 5\n'))
  assert.equal(after('p.toml:+u.v.w=1'), `${toml}w = 1\n`)
  assert.equal(after('p.toml:+new.deep=1'), changed('# one\n', '# one\nnew.deep = 1\n'))
  assert.equal(after('p.toml:t={lr: 3}'), changed('lr = 0.5', 'lr = 3'))
  assert.equal(after('p.toml:~t.lr'), changed('lr = 0.5 # rate\n', ''))
  for (const set of ['p.toml:t=5', 'p.toml:~t', 'p.py:~a', 'p.py:+b=2', 'p.py:d.k=2', 'p.py:t=[1]'])
    assert.throws(() => after(set), failsWith('bad_request', 'by hand'), set)
  assert.throws(() => after('p.toml:a=null'), failsWith('bad_request', 'null'))
})

test('in a Python file the literal of an assignment changes, at the top level or in a class, and all else stays as it was', async (t) => {
  const after = await assigner(t)
  const changed = (from: string, to: string) => python.replace(from, () => to)
  assert.equal(after('p.py:a=2'), changed('a = 1', 'a = 2'))
  assert.equal(after('p.py:lr=1e-5'), changed('0.10  #', '1e-05  #'))
  assert.equal(after('p.py:name=b c'), changed('"x"', '"b c"'))
  assert.equal(after('p.py:name="it\'s \\"q\\""'), changed('"x"', `'it\\'s "q"'`))
  assert.equal(after('p.py:on=false'), changed('True', 'False'))
  assert.equal(after('p.py:l=[3, "y"]'), changed('[1,\n     2]', "[3, 'y']"))
  assert.equal(after('p.py:l.1=7'), changed('[1,\n     2]', '[1, 7]'))
  assert.equal(after('p.py:Train.deep=y'), changed("deep = 'x'", "deep = 'y'"))
  assert.equal(after('p.py:Train.w=4', 'p.py:a=3'), changed('None', '4').replace('a = 1', 'a = 3'))
  assert.equal(after('p.py:Train.rate=1'), changed('0.5;', '1;'))
  const crlf = python.replaceAll('\n', '\r\n')
  assert.equal(setParam(crlf, 'p.py', ['l'], [3n]), crlf.replace('[1,\r\n     2]', '[3]'))
  for (const set of ['p.py:nosuch=1', 'p.py:e=2', 'p.py:a={k: 1}'])
    assert.throws(() => after(set), failsWith('bad_request', 'by hand'), set)
})

test('an experiment in which a parameter is mistyped is refused, and one in TOML or an untracked file runs with it', async (t) => {
  const made = await project(
    t,
    {
      'dvc.yaml':
        'stages:\n  s:\n    cmd: cat p.toml new.yaml > out || true\n    params: [{p.toml: [t.lr]}, {new.yaml: [k]}]\n    outs: [out]\n',
      'p.toml': toml,
      '.gitignore': 'out\n',
    },
    { git: true },
  )
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  made.write({ 'new.yaml': 'k: 1\n' })
  const typo = failsWith('bad_request', 't.lrr')
  assert.throws(() => enqueue(made.root, [['p.toml:t.lrr=1']]), typo)
  await assert.rejects(expRun(made.root, { set: ['p.toml:t.lrr=1'] }), typo)
  for (const temp of [true, false]) {
    const set = ['p.toml:t.lr=0.9', 'new.yaml:k=2']
    const { rev } = await expRun(made.root, { set, temp, env: made.env })
    assert.match(made.git('show', `${rev}:p.toml`), /^lr = 0\.9 # rate$/m)
    assert.equal(made.git('show', `${rev}:new.yaml`), 'k: 2\n')
  }
})

test('where params.yaml is to be composed by Hydra, experiments are refused by the name of the setting', async (t) => {
  const made = await project(t, { '.dvc/config': '[hydra]\n    enabled = True\n' })
  assert.throws(
    () => refuseComposition(made.root),
    failsWith('bad_request', 'hydra.enabled is set'),
  )
  made.write({ '.dvc/config': '[hydra]\n    enabled = false\n' })
  refuseComposition(made.root)
})
