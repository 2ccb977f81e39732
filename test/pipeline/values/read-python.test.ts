import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { setInPython } from '../../../src/pipeline/experiments/override-python.ts'
import { toPlain } from '../../../src/pipeline/values/plain.ts'
import { readPython } from '../../../src/pipeline/values/read-python.ts'

const file = `a = 1; b = 2
"""A text
lr = 3
"""
class Train(Base):
    lr = 0.1
    class Inner:
        z = 3
        class Deep: k = 1; l = 2
    after = 5
    if True:
        w = 3
    def __init__(self, lr=4):
        self.q = 7
        local = 8
        self.r: int = 9
        if lr:
            self.s = 1
    def other(self):
        self.t = 4
        u = 5
    async def __init__(self):
        self.v = 6
    x = y = 2
    m, n = 1, 2
def f():
    g = 3
if True: cond = 4; more = 5
else: less = 6
match = 3
match a:
    case 1:
        inner = 4
text = 'a' 'b'  # = c
raw = r'\\d'
bytes = b'x'
long = [1,
  2]
back = \\
  4
tail = 1; # done
`

// as dvc.utils.serialize.parse_py of DVC 3.67.1 reads it, but for the bytes, which it writes as their repr
const asDvc = {
  a: 1,
  b: 2,
  Train: { lr: 0.1, Inner: { z: 3, Deep: { k: 1, l: 2 } }, after: 5, q: 7, r: 9 },
  match: 3,
  text: 'ab',
  raw: '\\d',
  long: [1, 2],
  back: 4,
  tail: 1,
}

test('parameters of a Python file are those that DVC collects, each under its own classes', () => {
  assert.deepEqual(toPlain(readPython(file, 'p.py')), asDvc)
  assert.deepEqual(
    toPlain(readPython(file.replaceAll('\n', '\r\n'), 'p.py')),
    asDvc,
    'with the line ends of Windows',
  )
})

test('a value of an inner class, and one behind a semicolon, is set where it stands', () => {
  assert.equal(
    setInPython(file, 'p.py', ['Train', 'Inner', 'Deep', 'l'], 3n),
    file.replace('l = 2', 'l = 3'),
  )
  assert.equal(setInPython(file, 'p.py', ['b'], 3n), file.replace('b = 2', 'b = 3'))
})

test('a bracket that is never closed is named with its line', () => {
  const says = (text: string, message: RegExp) =>
    assert.throws(
      () => readPython(text, 'p.py'),
      (error) => error instanceof TidemillError && message.test(error.message),
    )
  says('a = 1\nb = [1,\n', /p\.py:2.*the value of b is not closed/)
  says('f(1,\na = 1\n', /p\.py:1.*a bracket is not closed/)
})
