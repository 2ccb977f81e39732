import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer, type Login } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'
import { tidemill, type Ended } from '../support/tidemill.ts'

const admin = { user: 'root', password: 'root-of-all-1' }
const ada = { user: 'ada', password: 'p@ss word/1:2' }

/** A real MLflow server with its own login, filled by its admin; it knows ada, who may do nothing there yet. */
async function closedServer(t: TestContext) {
  const { url } = await mlflowPeer(t, `${await temporaryFolder(t)}/closed`, admin)
  const ask = async (path: string, body: object): Promise<unknown> => {
    const asked = await fetch(`${url}/api/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${admin.user}:${admin.password}`)}`,
      },
      body: JSON.stringify(body),
    })
    assert.equal(asked.status, 200, await asked.clone().text())
    return asked.json()
  }
  const env = { MLFLOW_TRACKING_USERNAME: admin.user, MLFLOW_TRACKING_PASSWORD: admin.password }
  await runPeer('mlflow', ['test/peers/mlflow_fill.py', url], { env })
  await ask('2.0/mlflow/users/create', { username: ada.user, password: ada.password })
  const { experiments } = (await ask('2.0/mlflow/experiments/search', { max_results: 9 })) as {
    readonly experiments: readonly { readonly experiment_id: string; readonly name: string }[]
  }
  return {
    url,
    as: ({ user, password }: Login) =>
      url.replace('//', `//${user}:${encodeURIComponent(password)}@`),
    async grant(name: string, permission: string, instead?: 'of one before') {
      const found = experiments.find((each) => each.name === name)
      const of = {
        username: ada.user,
        resource_type: 'experiment',
        resource_id: found?.experiment_id,
      }
      if (instead) await ask('3.0/mlflow/users/permissions/revoke', of)
      await ask('3.0/mlflow/users/permissions/grant', { ...of, permission })
    },
  }
}

/** What says what is wrong and what to do, without a trace of the program and without a password. */
function assertTells(
  { code, stdout, stderr }: Ended,
  expected: number,
  ...said: readonly RegExp[]
): void {
  const all = stdout + stderr
  assert.equal(code, expected, all)
  for (const each of said) assert.match(all, each)
  assert.doesNotMatch(all, /root-of-all|p@ss|word\/1|p%40ss|not-this-one|^ +at /m)
}

test(
  'a real MLflow server with its own login is copied from and to by the user who is named, and refusals say what to do',
  { skip: skipWithoutPeer('mlflow', 'flask_wtf') },
  async (t) => {
    const closed = await closedServer(t)
    const folder = await temporaryFolder(t)
    const [all, part] = [await runningServer(t), await runningServer(t)]
    const bring = (from: string, env = {}, into = all) =>
      tidemill(['import', 'mlflow', '--from', from, '--url', into.url], folder, env)
    const send = (to: string, from = all) =>
      tidemill(['export', 'mlflow', '--to', to, '--url', from.url], folder)

    const wrong = closed.as({ ...admin, password: 'not-this-one' })
    const whoAsks =
      /answered 401: You are not authenticated.*Say who asks: .*MLFLOW_TRACKING_USERNAME/s
    assertTells(await bring(wrong), 77, whoAsks)
    assertTells(await bring(closed.url), 77, whoAsks)
    assertTells(await send(wrong), 77, whoAsks)

    assertTells(await bring(closed.as(ada)), 0, /0 experiments, 0 runs/)
    await closed.grant('lines', 'READ')
    assertTells(
      await bring(closed.as(ada), {}, part),
      0,
      /1 experiments, 3 runs with 35 points and 8 files/,
    )
    const named = { MLFLOW_TRACKING_USERNAME: admin.user, MLFLOW_TRACKING_PASSWORD: admin.password }
    assertTells(
      await bring(closed.url, named),
      0,
      /3 experiments, 4 runs .* 8 files/,
      /3 logged models, 1 reg/,
    )

    // She may read one experiment there, see none of the others, and make new ones.
    const { tracking } = await all.app.project('default')
    const own = await tracking.create({ experiment: 'of ada', user: 'ada', params: { a: 1 } })
    await tracking.end(own.id, 'finished')
    const refused = await send(closed.as(ada))
    assertTells(
      refused,
      1,
      /1 runs with 0 points/,
      /experiment Default: .*get-by-name answered 403: Permission denied\. Ask who runs/,
    )
    assert.match(
      refused.stdout,
      /experiment lines: .*runs\/create answered 403: Permission denied\. Ask who runs/,
    )
    assert.doesNotMatch(refused.stdout, /✗ run/, 'each experiment is told once')

    await closed.grant('lines', 'EDIT', 'of one before')
    assertTells(
      await send(closed.as(ada), part),
      1,
      /1 experiments, 3 runs with 35 points and 8 files/,
    )
  },
)
