import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { makeSigningKey, readSigningKey, signFolder, signStatement } from '#app'
import { httpCaller, operations, TidemillError, type Caller } from '#contract'
import { graphBuilder } from '../../src/learn/onnx/graph-builder.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { registeredModel } from '../support/registered-models.ts'

const { models } = operations

interface Guarded {
  readonly url: string
  readonly admin: Caller
  readonly ada: Caller
  readonly bob: Caller
  readonly robot: Caller
  /** Sends what an MLflow client of this person does. */
  mlflow(who: 'ada' | 'bob' | 'robot', body: object): Promise<{ status: number; body: Loose }>
  code(work: Promise<unknown>): Promise<string>
}

/** A server with two managers who are persons and one that is a program. */
async function guarded(t: TestContext): Promise<Guarded> {
  const { app, url } = await runningServer(t)
  const tokens = new Map<string, string>()
  for (const name of ['ada', 'bob', 'robot']) {
    const isPerson = name !== 'robot'
    await app.auth.users.create({
      name,
      kind: isPerson ? 'person' : 'service',
      role: 'manager',
      ...(isPerson ? { password: 'correct horse battery' } : {}),
    })
    tokens.set(name, (await app.auth.tokens.create({ user: name, name: 'test' })).token)
  }
  const as = (who: string): Caller => httpCaller({ url, token: tokens.get(who) ?? '' })
  return {
    url,
    admin: httpCaller({ url }),
    ada: as('ada'),
    bob: as('bob'),
    robot: as('robot'),
    async mlflow(who, body) {
      const response = await fetch(`${url}/api/2.0/mlflow/registered-models/alias`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${tokens.get(who) ?? ''}`,
        },
        body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Loose }
    },
    code: (work) =>
      work.then(
        () => 'no error',
        (error: unknown) => (error instanceof TidemillError ? error.code : String(error)),
      ),
  }
}

const champion = async (caller: Caller, name = 'm'): Promise<number | undefined> =>
  (await caller.call(models.get, { name })).model.aliases.champion

test('an alias that asks for two persons waits for the second, moves by itself, and says who', async (t) => {
  const { admin, ada, bob, robot, mlflow, code } = await guarded(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  await admin.call(models.policy, { name: 'm', alias: 'champion', approvals: 2 })
  const wish = { name: 'm', alias: 'champion', version, why: 'better' }

  assert.equal(await code(robot.call(models.alias, wish)), 'approval_needed')
  const [open] = (await ada.call(models.requests, { name: 'm' })).requests
  assert.ok(open)
  assert.deepEqual(
    [open.state, open.needed, open.votes.length],
    ['open', 2, 0],
    'no program counts',
  )
  const one = { name: 'm', request: open.id }
  assert.equal(await code(robot.call(models.approve, one)), 'conflict')

  const asked = await ada.call(models.ask, wish)
  assert.equal(asked.request?.id, open.id, 'the same wish is the same request')
  assert.deepEqual(
    asked.request?.votes.map((vote) => vote.who),
    ['ada'],
  )
  assert.equal(await code(ada.call(models.approve, one)), 'conflict', 'her second vote')
  assert.equal(await code(ada.call(models.alias, wish)), 'approval_needed', 'nor by asking again')
  const refused = await mlflow('ada', { name: 'm', alias: 'champion', version: String(version) })
  assert.equal(refused.status, 400)
  assert.equal(refused.body.error_code, 'INVALID_PARAMETER_VALUE')
  assert.match(refused.body.message, new RegExp(`The request is ${open.id}`))
  assert.equal(await champion(admin), undefined)

  const done = await bob.call(models.approve, { ...one, message: 'looks right' })
  assert.equal(done.request.state, 'done')
  assert.equal(await champion(admin), version)
  const { history } = await admin.call(models.get, { name: 'm' })
  assert.equal(history[0]?.request, open.id)
  assert.equal(history[0]?.why, 'better')
  assert.equal(history[0]?.who, 'bob')
  const { entries } = await admin.call(operations.audit.list, {})
  const said = entries.filter((entry) => entry.object === 'm@champion').map((entry) => entry.what)
  assert.deepEqual(said.toSorted(), ['models.approve', 'models.ask', 'models.policy'])
  assert.equal(await code(bob.call(models.approve, one)), 'conflict', 'it is over')
})

test('an MLflow client of a second person completes what one of the first asked for', async (t) => {
  const { admin, mlflow } = await guarded(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  await admin.call(models.policy, { name: 'm', alias: 'champion', approvals: 2 })
  const body = { name: 'm', alias: 'champion', version: String(version) }
  assert.deepEqual(
    [(await mlflow('ada', body)).status, (await mlflow('ada', body)).status],
    [400, 400],
  )
  assert.equal((await mlflow('bob', body)).status, 200)
  assert.equal(await champion(admin), version)
})

test('approvals of what has changed since are worth nothing', async (t) => {
  const { admin, ada, bob, code } = await guarded(t)
  const { version } = await registeredModel(admin, { model: 'm', metrics: { f1: 0.7 } })
  await admin.call(models.policy, { name: 'm', alias: 'champion', approvals: 2 })
  const ask = { name: 'm', alias: 'champion', version }
  const first = (await ada.call(models.ask, ask)).request
  await admin.call(models.requirements, {
    name: 'm',
    requirements: [{ kind: 'metric', metric: 'f1', min: 0.5 }],
  })
  const [stale] = (await bob.call(models.requests, { name: 'm' })).requests
  assert.deepEqual([stale?.id, stale?.state], [first?.id, 'expired'])
  const late = bob.call(models.approve, { name: 'm', request: first?.id ?? '' })
  assert.equal(await code(late), 'conflict')
  const second = (await bob.call(models.ask, ask)).request
  assert.notEqual(second?.id, first?.id)
  assert.deepEqual(
    second?.votes.map((vote) => vote.who),
    ['bob'],
    'her approval was of something else',
  )
  await ada.call(models.reject, { name: 'm', request: second?.id ?? '', message: 'not yet' })
  const after = (await ada.call(models.requests, { name: 'm' })).requests
  assert.deepEqual(
    after.map((each) => each.state),
    ['rejected', 'expired'],
  )
  assert.match(after[0]?.outcome ?? '', /ada: not yet/)
  assert.equal(await champion(admin), undefined)
})

test('who may move an alias may not say what that takes, nor get round it', async (t) => {
  const { admin, ada, code, url } = await guarded(t)
  await registeredModel(admin, { model: 'm' })
  await admin.call(models.policy, { name: 'm', alias: 'champion', approvals: 2 })
  const weaker = { name: 'm', alias: 'champion', approvals: 0 }
  assert.equal(await code(ada.call(models.policy, weaker)), 'forbidden')
  const text = [
    'models:',
    '  m:',
    '    dataset: d',
    '    experiment: e',
    '    select: { metric: f1, goal: max }',
    '    requirements: []',
    '    aliases: { champion: { approvals: 0 } }',
    'datasets: { d: { source: d.csv } }',
  ].join('\n')
  assert.equal(await code(ada.call(operations.loop.apply, { text })), 'forbidden')
  const { publicKey } = generateKeyPairSync('ed25519')
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  assert.equal(await code(ada.call(models.trustKey, { name: 'mine', publicKey: pem })), 'forbidden')
  for (const [method, path] of [
    ['DELETE', 'registered-models/delete?name=m'],
    ['POST', 'registered-models/rename'],
  ] as const) {
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: JSON.stringify({ name: 'm', new_name: 'n' }) } : {}),
    })
    assert.equal(response.status, 400, path)
    assert.match(JSON.stringify(await response.json()), /remove the policy first/)
  }
})

test('an alias that an endpoint follows is not taken away, nor its version; taking away another is in the audit log', async (t) => {
  const { admin, url } = await guarded(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  for (const alias of ['champion', 'spare']) {
    await admin.call(models.alias, { name: 'm', alias, version, why: '' })
  }
  await admin.call(operations.endpoints.put, { name: 'e', model: 'm', alias: 'champion' })
  const remove = async (path: string) =>
    (await fetch(`${url}/api/2.0/mlflow/${path}`, { method: 'DELETE' })).status
  assert.equal(await remove('registered-models/alias?name=m&alias=champion'), 400)
  assert.equal(await remove(`model-versions/delete?name=m&version=${version}`), 400)
  assert.equal(await champion(admin), version)
  assert.equal(await remove('registered-models/alias?name=m&alias=spare'), 200)
  const { entries } = await admin.call(operations.audit.list, {})
  assert.ok(entries.some((each) => each.what === 'models.removeAlias' && each.object === 'm@spare'))
})

test('a version that breaks what an application relies on takes the alias at neither border, and is told whom it breaks', async (t) => {
  const { admin, ada, mlflow, code } = await guarded(t)
  const first = await registeredModel(admin, { model: 'm' })
  const { consumer, check } = await ada.call(models.setConsumer, {
    name: 'm',
    consumer: 'clinic app',
    contract: {
      inputs: [
        { name: 'a', type: 'number' },
        { name: 'b', type: 'number' },
      ],
      outputs: [
        { name: 'label', type: 'string', labels: ['no', 'yes'] },
        { name: 'probability', type: 'number', min: 0, max: 1 },
      ],
    },
  })
  assert.equal(consumer.declaredBy, 'ada')
  assert.equal(check, undefined, 'no version has the alias yet')
  const moved = await ada.call(models.alias, {
    name: 'm',
    alias: 'champion',
    version: first.version,
  })
  assert.equal(
    moved.gate?.checks[0]?.summary,
    'clinic app keeps all it relies on (4 inputs and outputs).',
  )

  const next = await registeredModel(admin, {
    model: 'm',
    inputs: ['a', 'b', 'c'],
    classes: ['no', 'perhaps', 'yes'],
  })
  const wish = { name: 'm', alias: 'champion', version: next.version }
  await assert.rejects(ada.call(models.alias, wish), /clinic app would break: label can be perhaps/)
  const refused = await mlflow('ada', { ...wish, version: String(next.version) })
  assert.equal(refused.status, 400)
  assert.match(refused.body.message, /clinic app would break/)
  const { gates } = await ada.call(models.version, { name: 'm', version: next.version })
  assert.deepEqual(gates[0]?.checks[0]?.requirement, { kind: 'consumer', consumer: 'clinic app' })
  const { checks } = await ada.call(models.breaks, { name: 'm', version: next.version })
  assert.equal(checks[0]?.passed, false)
  // Another alias is nobody's.
  await ada.call(models.alias, { ...wish, alias: 'shadow' })
  await ada.call(models.removeConsumer, { name: 'm', consumer: 'clinic app' })
  await ada.call(models.alias, wish)
  assert.equal(await champion(ada), next.version)
  const gone = ada.call(models.removeConsumer, { name: 'm', consumer: 'clinic app' })
  assert.equal(await code(gone), 'not_found')
})

/** Registers a model that answers a + b, with the rows it was made from. */
async function sumModel(caller: Caller): Promise<number> {
  const rows = 'a,b,y\n1,10,11\n2,10,12\n3,10,13\n5,10,15\n'
  const bytes = Buffer.from(rows)
  await caller.call(operations.datasets.import, { name: 'd', file: 'd.csv', label: 'y' }, bytes)
  const graph = graphBuilder()
  graph.input('a', 'float')
  graph.input('b', 'float')
  graph.output('prediction', graph.node('Add', ['a', 'b']), 'float', 1)
  const inputs = ['a', 'b'].map((name) => ({ name, type: 'number', optional: false }))
  const source = { dataset: 'd', datasetVersion: 1 }
  const { run } = await caller.call(operations.runs.create, { experiment: 'sum', source })
  for (const [path, file] of [
    ['model/model.onnx', graph.encode({})],
    ['model/signature.json', Buffer.from(JSON.stringify({ signature: { inputs } }))],
  ] as const) {
    await caller.call(operations.runs.putArtifact, { run: run.id, path }, file)
  }
  await caller.call(operations.runs.end, { run: run.id })
  const { version } = await caller.call(models.register, { name: 'sum', run: run.id })
  return version.version
}

test('how fast an application needs its answers and between which numbers is measured before an alias moves', async (t) => {
  const { admin, ada, mlflow } = await guarded(t)
  const version = await sumModel(admin)
  const wish = { name: 'sum', alias: 'champion', version }
  const consumer = { name: 'sum', consumer: 'scale' }
  const within = (min: number, max: number) => ({
    outputs: [{ name: 'prediction', type: 'number' as const, min, max }],
  })
  // The rows it was made from give 11 to 15.
  for (const [contract, said] of [
    [within(11, 14), /scale would break: prediction goes up to 15, above 14/],
    [within(11.5, 15), /scale would break: prediction goes down to 11, below 11.5/],
    [
      { ...within(11, 15), latencyMs: 0.0001 },
      /scale would break: 99 of 100 answers take .* over 0.0001 ms/,
    ],
  ] as const) {
    await ada.call(models.setConsumer, { ...consumer, contract })
    await assert.rejects(ada.call(models.alias, wish), said)
    const refused = await mlflow('ada', { ...wish, version: String(version) })
    assert.equal(refused.status, 400)
    assert.match(refused.body.message, said)
    assert.equal(await champion(ada, 'sum'), undefined)
  }
  const contract = { ...within(11, 15), latencyMs: 60_000 }
  await ada.call(models.setConsumer, { ...consumer, contract })
  const { gate } = await ada.call(models.alias, wish)
  const [check] = gate?.checks ?? []
  assert.equal(check?.passed, true)
  const { p99 } = check.evidence as { p99: number }
  assert.ok(p99 > 0 && p99 < 60_000, `${p99} ms`)
  assert.equal(await champion(ada, 'sum'), version)
})

test('going back needs no gate, is written down itself, and looks after those who came later', async (t) => {
  const { admin, ada, code } = await guarded(t)
  const old = await registeredModel(admin, { model: 'm', classes: ['no', 'perhaps', 'yes'] })
  const fresh = await registeredModel(admin, { model: 'm' })
  for (const { version } of [old, fresh]) {
    await ada.call(models.alias, { name: 'm', alias: 'champion', version })
  }
  const outputs = [{ name: 'label', type: 'string' as const, labels: ['no', 'yes'] }]
  const contract = { outputs }
  await ada.call(models.setConsumer, { name: 'm', consumer: 'app', contract })
  const back = { name: 'm', alias: 'champion', why: 'it is slow' }
  assert.equal(await code(ada.call(models.rollback, back)), 'gate_refused')
  const { change } = await ada.call(models.rollback, { ...back, anyway: true })
  assert.deepEqual(
    [change.from, change.to, change.who, change.why],
    [fresh.version, old.version, 'ada', 'it is slow'],
  )
  const { history } = await ada.call(models.get, { name: 'm' })
  assert.deepEqual(
    history.map((each) => [each.from, each.to]),
    [
      [2, 1],
      [1, 2],
      [undefined, 1],
    ],
  )
})

test('only a signed version takes an alias that asks for one, and a changed file takes the signature’s worth', async (t) => {
  const { admin, url } = await guarded(t)
  const { version, run } = await registeredModel(admin, { model: 'm' })
  const home = await temporaryFolder(t)
  const made = await makeSigningKey(home, 'release')
  assert.equal((await stat(made.file)).mode & 0o777, 0o600)
  await assert.rejects(makeSigningKey(home, 'release'), /exists already/)
  const secret = await readSigningKey(home, 'release')
  await admin.call(models.policy, { name: 'm', alias: 'champion', signed: true })
  const wish = { name: 'm', alias: 'champion', version }
  await assert.rejects(admin.call(models.alias, wish), /it is not signed/)

  const one = { name: 'm', version }
  const { statement } = await admin.call(models.statement, one)
  const envelope = signStatement(statement, secret, 'release')
  await assert.rejects(admin.call(models.sign, { ...one, envelope }), /is not trusted here/)
  await admin.call(models.trustKey, { name: 'release', publicKey: made.publicKey })
  const stranger = generateKeyPairSync('ed25519').privateKey
  const forged = signStatement(
    statement,
    stranger.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'x',
  )
  const [of] = envelope.signatures
  const [by] = forged.signatures
  assert.ok(of && by)
  const passedOff = { ...forged, signatures: [{ ...by, keyid: of.keyid }] }
  await assert.rejects(
    admin.call(models.sign, { ...one, envelope: passedOff }),
    /not made with this key/,
  )
  await admin.call(models.sign, { ...one, envelope })
  await admin.call(models.alias, wish)
  const before = await admin.call(models.verify, one)
  assert.deepEqual([before.intact, before.signed, before.files.length], [true, true, 3])

  const path = 'model/requirements.txt'
  await admin.call(operations.runs.putArtifact, { run, path }, Buffer.from('malware\n'))
  const after = await admin.call(models.verify, one)
  assert.deepEqual(
    after.files
      .filter((file) => file.state !== 'same')
      .map(({ path: name, state }) => [name, state]),
    [['requirements.txt', 'changed']],
  )
  assert.equal(after.intact, false)
  await assert.rejects(admin.call(models.alias, wish), /changed since: requirements.txt/)
  const download = await fetch(
    `${url}/api/2.0/mlflow/model-versions/get-download-uri?name=m&version=${version}`,
  )
  assert.equal(download.status, 400)
  assert.match(JSON.stringify(await download.json()), /requirements.txt is changed/)

  await admin.call(models.revokeKey, { key: 'release' })
  const revoked = await admin.call(models.verify, one)
  assert.deepEqual(
    [revoked.signed, revoked.signatures[0]?.problem],
    [false, 'the key release is revoked'],
  )
})

test('who signs files of their own is not passed off with others by the server', async (t) => {
  const { admin } = await guarded(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  const folder = await temporaryFolder(t)
  const made = await makeSigningKey(folder, 'mine')
  await admin.call(models.trustKey, { name: 'mine', publicKey: made.publicKey })
  const secret = await readSigningKey(folder, 'mine')
  const files = join(folder, 'files')
  await mkdir(files)
  const bytes = await admin.download(models.download, { name: 'm', version })
  await writeFile(join(files, 'model.onnx'), Buffer.from(await new Response(bytes).arrayBuffer()))
  const envelope = await signFolder('m', files, secret, 'mine')
  await assert.rejects(
    admin.call(models.sign, { name: 'm', version, envelope }),
    /of other files/,
    'the server has files beside it',
  )
})

test('versions are compared, their cards keep what was written before, and their origin is one answer', async (t) => {
  const { admin, ada } = await guarded(t)
  const params = { k: '5' }
  const a = await registeredModel(admin, { model: 'm', metrics: { f1: 0.5 }, params })
  const b = await registeredModel(admin, {
    model: 'm',
    inputs: ['a', 'c'],
    metrics: { f1: 0.75 },
    params: { k: '7' },
  })
  const between = { name: 'm', from: a.version, to: b.version }
  const compared = await ada.call(models.compare, between)
  assert.deepEqual(compared.inputs, [
    { name: 'b', from: 'number, may be missing' },
    { name: 'c', to: 'number, may be missing' },
  ])
  assert.deepEqual(compared.outputs, [])
  assert.deepEqual(compared.params, [{ name: 'k', from: '5', to: '7' }])
  assert.deepEqual(compared.metrics, [{ name: 'f1', from: 0.5, to: 0.75, difference: 0.25 }])
  assert.deepEqual(
    compared.files.map((file) => file.name),
    ['model.onnx', 'signature.json'],
    'requirements.txt is the same',
  )

  const one = { name: 'm', version: a.version }
  const { version } = await ada.call(models.version, one)
  await ada.call(models.card, { ...one, card: 'first' })
  await ada.call(models.card, { ...one, card: 'second' })
  await ada.call(models.card, { ...one, card: 'second' })
  const { edits } = await ada.call(models.cardEdits, one)
  assert.deepEqual(
    edits.map((edit) => [edit.who, edit.before, edit.after]),
    [
      ['ada', 'first', 'second'],
      ['ada', version.card, 'first'],
    ],
  )
  const lineage = await ada.call(models.lineage, one)
  assert.deepEqual([lineage.run?.id, lineage.run?.experiment], [a.run, 'm'])

  const { code } = await ada.call(models.client, { name: 'm', version: a.version })
  assert.match(code, /a\?: number/)
  assert.match(code, /label: 'no' \| 'yes'/)
})

test('who may move an alias may ask for more, but take nothing away of what is asked: an admin may', async (t) => {
  const { admin, ada, bob, code } = await guarded(t)
  const { version } = await registeredModel(admin, { model: 'm', metrics: { f1: 0.3 } })
  const f1 = { kind: 'metric' as const, metric: 'f1', min: 0.5 }
  const schema = { kind: 'schema' as const }
  await ada.call(models.requirements, { name: 'm', requirements: [f1] })
  await ada.call(models.requirements, { name: 'm', requirements: [schema, f1] })
  await ada.call(models.requirements, { name: 'm', requirements: [schema, { ...f1, max: 1 }] })
  for (const requirements of [[], [schema], [schema, { ...f1, min: 0.1 }]]) {
    assert.equal(
      await code(ada.call(models.requirements, { name: 'm', requirements })),
      'forbidden',
    )
  }
  const contract = { inputs: [{ name: 'a', type: 'number' as const }], outputs: [] }
  const consumer = { name: 'm', consumer: 'clinic app' }
  await bob.call(models.setConsumer, { ...consumer, contract })
  const nothing = { ...consumer, contract: { inputs: [], outputs: [] } }
  assert.equal(await code(ada.call(models.setConsumer, nothing)), 'forbidden')
  // What asks more may be said by anybody, and stays Bob's.
  await ada.call(models.setConsumer, { ...consumer, contract: { ...contract, latencyMs: 50 } })
  assert.equal(await code(ada.call(models.removeConsumer, consumer)), 'forbidden')
  const wish = { name: 'm', alias: 'champion', version }
  assert.equal(await code(ada.call(models.alias, wish)), 'gate_refused')
  await bob.call(models.removeConsumer, consumer)
  await admin.call(models.requirements, { name: 'm', requirements: [] })
  await ada.call(models.alias, wish)
})
