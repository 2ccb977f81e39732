import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import {
  add,
  fsck,
  importUrl,
  loadPipeline,
  modifyRemote,
  pull,
  push,
  remoteAt,
  status,
  updateImports,
} from '#pipeline'
import { dvc, dvcReaches, skipDvc } from '../../support/dvc-peer.ts'
import { application, entra } from '../../support/entra.ts'
import { withEnvironment } from '../../support/environment.ts'
import {
  azureConnection,
  azureServer,
  s3Keys,
  s3Server,
  skipAzure,
  skipEntra,
  skipS3,
  skipSsh,
  sshServer,
} from '../../support/remote-servers.ts'
import { freePort } from '../../support/services.ts'
import { account, container } from '../support/azure.ts'
import { project, type Project } from '../support/project.ts'
import { serveFolder } from '../support/serve-folder.ts'

type Settings = Readonly<Record<string, string>>

/** Each program sends what the other then takes and finds complete, through one remote. */
async function bothWays(t: TestContext, settings: Settings): Promise<void> {
  const data = {
    'data/a': 'a\n',
    'data/é/b': 'b\n',
    'data/empty': '',
    large: '',
    'run.sh*': 'echo\n',
  }
  const made = await project(t, data, { git: true })
  writeFileSync(join(made.root, 'large'), randomBytes(9_000_000))
  writeFileSync(join(made.root, '.dvc/config'), '[core]\n    remote = store\n')
  for (const [key, value] of Object.entries(settings)) modifySetting(made.root, key, value)
  const forget = () => made.drop('.dvc/cache', '.dvc/tmp', 'data', 'large')
  const whole = () =>
    readFileSync(join(made.root, 'large')).toString('latin1') + made.read('data/é/b')

  await add(loadPipeline(made.root), ['data', 'large', 'run.sh'])
  const before = whole()
  assert.ok((await push(loadPipeline(made.root))).objects >= 5)
  assert.equal(
    (await dvc(['status', '-c', '--json'], made.root)).trim(),
    '{}',
    'dvc finds all of it',
  )
  forget()
  await dvc(['pull', '-q'], made.root)
  assert.equal(whole(), before)

  made.write({ 'data/a': 'a2\n', 'data/new': 'n\n' })
  await dvc(['add', '-q', 'data'], made.root)
  await dvc(['push', '-q'], made.root)
  assert.deepEqual(
    await push(loadPipeline(made.root)),
    { objects: 0, runs: 0 },
    'we find all of it',
  )
  forget()
  assert.deepEqual((await pull(loadPipeline(made.root))).missing, [])
  assert.equal(made.read('data/a'), 'a2\n')
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  const checked = await fsck(loadPipeline(made.root), { cloud: true })
  assert.deepEqual(checked.remote?.corrupt, [])
  assert.ok((checked.remote?.checked ?? 0) >= 7)
}

function modifySetting(root: string, key: string, value: string): void {
  if (key !== 'url') return modifyRemote(root, 'store', key, value, 'local')
  const config = join(root, '.dvc/config')
  writeFileSync(config, `${readFileSync(config, 'utf8')}['remote "store"']\n    url = ${value}\n`)
}

const fresh = () => `t${randomBytes(6).toString('hex')}`

test('dvc and we read what the other sent to S3', { skip: skipDvc || skipS3 }, async (t) => {
  if (!(await dvcReaches('dvc_s3'))) return t.skip('dvc-s3 is not installed')
  const { port, folder } = await s3Server()
  const bucket = fresh()
  mkdirSync(join(folder, 'data', bucket))
  await bothWays(t, {
    url: `s3://${bucket}/some/prefix`,
    endpointurl: `http://127.0.0.1:${port}`,
    access_key_id: s3Keys.id,
    secret_access_key: s3Keys.secret,
    region: 'us-east-1',
  })
})

test('dvc and we read what the other sent to Azure', { skip: skipDvc || skipAzure }, async (t) => {
  if (!(await dvcReaches('dvc_azure'))) return t.skip('dvc-azure is not installed')
  const { port } = await azureServer()
  const container = fresh()
  const connection = azureConnection(port)
  await BlobServiceClient.fromConnectionString(connection).createContainer(container)
  await bothWays(t, { url: `azure://${container}/x`, connection_string: connection })
})

test(
  'dvc and we read what the other sent to Azure as an application of Entra',
  { skip: skipDvc || skipEntra },
  async (t) => {
    if (!(await dvcReaches('dvc_azure'))) return t.skip('dvc-azure is not installed')
    const { asked, trusted } = await entra(t)
    withEnvironment(t, { SSL_CERT_FILE: trusted })
    const url = `azure://${await container()}/x`
    await bothWays(t, { url, account_name: account, ...application })
    assert.ok(asked.length >= 4, 'each of them asked')
  },
)

test('dvc and we read what the other sent over SSH', { skip: skipDvc || skipSsh }, async (t) => {
  if (!(await dvcReaches('dvc_ssh'))) return t.skip('dvc-ssh is not installed')
  const { port, folder } = await sshServer()
  process.env.TIDEMILL_SSH_COMMAND = `ssh -F ${folder}/ssh.config`
  const store = join(folder, fresh())
  t.after(() => rmSync(store, { recursive: true, force: true }))
  await bothWays(t, {
    url: `ssh://127.0.0.1${store}`,
    port: String(port),
    user: process.env.USER ?? 'root',
    keyfile: join(folder, 'client'),
  })
})

/** What each program notes of the same import, ours first. */
async function imports(made: Project, url: string): Promise<readonly [string, string]> {
  await importUrl(loadPipeline(made.root), url, { out: 'in.csv' })
  const ours = made.read('in.csv.dvc')
  assert.equal(made.read('in.csv'), 'a,b\n')
  made.drop('in.csv', 'in.csv.dvc')
  await dvc(['import-url', '-q', url, 'in.csv'], made.root)
  return [ours, made.read('in.csv.dvc')]
}

test(
  'a file from a web server is noted as dvc notes it, and update sees it change',
  { skip: skipDvc },
  async (t) => {
    const made = await project(t, { 'web/in.csv': 'a,b\n' }, { git: true })
    const server = createServer(serveFolder(join(made.root, 'web')))
    t.after(() => server.close())
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const [ours, theirs] = await imports(made, `http://127.0.0.1:${port}/in.csv`)
    assert.equal(ours, theirs)
    made.write({ 'web/in.csv': 'c\n' })
    const [updated] = await updateImports(loadPipeline(made.root), ['in.csv.dvc'])
    assert.equal(updated?.changed, true)
    assert.equal(made.read('in.csv'), 'c\n')
  },
)

test('a file from S3 is noted as dvc notes it', { skip: skipDvc || skipS3 }, async (t) => {
  if (!(await dvcReaches('dvc_s3'))) return t.skip('dvc-s3 is not installed')
  const made = await project(t, { source: 'a,b\n' }, { git: true })
  const { port, folder } = await s3Server()
  const bucket = fresh()
  mkdirSync(join(folder, 'data', bucket))
  const settings = {
    url: `s3://${bucket}/some`,
    endpointurl: `http://127.0.0.1:${port}`,
    access_key_id: s3Keys.id,
    secret_access_key: s3Keys.secret,
    region: 'us-east-1',
  }
  for (const [key, value] of Object.entries(settings)) modifySetting(made.root, key, value)
  await putSource(made, settings)
  const [ours, theirs] = await imports(made, 'remote://store/in.csv')
  assert.equal(ours, theirs)
})

test('a file from Azure is noted as dvc notes it', { skip: skipDvc || skipAzure }, async (t) => {
  if (!(await dvcReaches('dvc_azure'))) return t.skip('dvc-azure is not installed')
  const made = await project(t, { source: 'a,b\n' }, { git: true })
  const { port } = await azureServer()
  const container = fresh()
  const connection = azureConnection(port)
  await BlobServiceClient.fromConnectionString(connection).createContainer(container)
  const settings = { url: `azure://${container}/some`, connection_string: connection }
  for (const [key, value] of Object.entries(settings)) modifySetting(made.root, key, value)
  await putSource(made, settings)
  const [ours, theirs] = await imports(made, 'remote://store/in.csv')
  assert.equal(ours, theirs)
})

async function putSource(made: Project, settings: Settings & { url: string }): Promise<void> {
  const options = new Map(Object.entries(settings))
  const remote = remoteAt({ name: 'x', url: settings.url, options })
  await remote.put('in.csv', join(made.root, 'source'))
  await remote.close()
}
