import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { remoteAt, type Remote } from '#pipeline'
import { application, entra, token } from '../../support/entra.ts'
import { withEnvironment } from '../../support/environment.ts'
import { azureKey, skipEntra } from '../../support/remote-servers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { remoteSuite } from '../suites/remote-suite.ts'
import { account, container, inEnvironment, machine, remoteIn } from '../support/azure.ts'

remoteSuite('azure with an application of Entra', skipEntra, {
  async open(t) {
    await entra(t)
    return remoteIn(await container(), application)
  },
  async missingPlace(t) {
    await entra(t)
    return remoteIn('no-such-container', application)
  },
  async wrongKeys(t) {
    await entra(t)
    return remoteIn(await container(), { ...application, client_secret: 'wrong' })
  },
})

const path = `files/md5/ab/${'c'.repeat(30)}`

/** Sends a file there and back. */
async function passesThrough(t: TestContext, remote: Remote): Promise<void> {
  t.after(() => remote.close())
  const file = join(await temporaryFolder(t), 'file')
  writeFileSync(file, 'some bytes\n')
  await remote.put(path, file)
  await remote.get(path, `${file}.back`)
  assert.deepEqual(readFileSync(`${file}.back`), readFileSync(file))
}

test('an account alone is asked as whom the environment names', { skip: skipEntra }, async (t) => {
  const { asked } = await entra(t)
  withEnvironment(t, inEnvironment)
  await passesThrough(t, remoteAt(remoteIn(await container())))
  assert.deepEqual(
    asked.map((body) => body.get('client_id')),
    [application.client_id],
  )
})

test('a workload shows the token that its cluster gave it', { skip: skipEntra }, async (t) => {
  const { asked } = await entra(t)
  const file = join(await temporaryFolder(t), 'token')
  writeFileSync(file, 'from-the-cluster')
  withEnvironment(t, {
    ...inEnvironment,
    AZURE_CLIENT_SECRET: undefined,
    AZURE_FEDERATED_TOKEN_FILE: file,
  })
  await passesThrough(t, remoteAt(remoteIn(await container())))
  assert.deepEqual(
    asked.map((body) => body.get('client_assertion')),
    ['from-the-cluster'],
  )
})

test(
  'a machine in Azure is asked as itself, or as the identity of AZURE_CLIENT_ID',
  { skip: skipEntra },
  async (t) => {
    await entra(t)
    const { asked, url } = await machine(t)
    withEnvironment(t, { AZURE_POD_IDENTITY_AUTHORITY_HOST: url, AZURE_CLIENT_ID: 'of-the-team' })
    await passesThrough(t, remoteAt(remoteIn(await container())))
    assert.deepEqual(
      asked.map(({ pathname, searchParams: query }) => [
        pathname.replace(/\/$/, ''),
        query.get('resource'),
        query.get('client_id'),
      ]),
      [['/metadata/identity/oauth2/token', 'https://storage.azure.com', 'of-the-team']],
    )
  },
)

/** An Azure CLI that somebody has signed in with. */
async function signedIn(t: TestContext): Promise<void> {
  const az = join(await temporaryFolder(t), 'bin/az')
  mkdirSync(dirname(az))
  const answer = { accessToken: token(3600), expires_on: Math.floor(Date.now() / 1000) + 3600 }
  writeFileSync(az, `#!/bin/sh\ncat <<'EOF'\n${JSON.stringify(answer)}\nEOF\n`)
  chmodSync(az, 0o755)
  withEnvironment(t, { PATH: `${dirname(az)}:/usr/bin:/bin` })
}

test('who signed in with the Azure CLI is asked as', { skip: skipEntra }, async (t) => {
  const { asked } = await entra(t)
  await signedIn(t)
  await passesThrough(t, remoteAt(remoteIn(await container())))
  assert.deepEqual(asked, [], 'it has its token already')
})

test('an identity that the settings exclude is passed over', { skip: skipEntra }, async (t) => {
  const { asked } = await entra(t)
  const other = await machine(t)
  await signedIn(t)
  withEnvironment(t, { ...inEnvironment, AZURE_POD_IDENTITY_AUTHORITY_HOST: other.url })
  const excluded = {
    exclude_environment_credential: 'true',
    exclude_managed_identity_credential: 'True',
    exclude_visual_studio_code_credential: 'true',
    exclude_shared_token_cache_credential: 'true',
  }
  await passesThrough(t, remoteAt(remoteIn(await container(), excluded)))
  assert.deepEqual([asked, other.asked], [[], []])
})

test('allow_anonymous_login asks as nobody', { skip: skipEntra }, async (t) => {
  const { asked } = await entra(t)
  withEnvironment(t, inEnvironment)
  const remote = remoteAt(remoteIn(await container(), { allow_anonymous_login: 'true' }))
  t.after(() => remote.close())
  await assert.rejects(Array.fromAsync(remote.list('runs')))
  assert.deepEqual(asked, [])
})

test(
  'the account may stand where the Azure CLI keeps its settings',
  { skip: skipEntra },
  async (t) => {
    await entra(t)
    const folder = await temporaryFolder(t)
    writeFileSync(join(folder, 'config'), `[storage]\naccount = ${account}\nkey = ${azureKey}\n`)
    withEnvironment(t, { AZURE_CONFIG_DIR: folder })
    await passesThrough(t, remoteAt({ ...remoteIn(await container()), options: new Map() }))
  },
)

test('a token that ends while files are sent is renewed', { skip: skipEntra }, async (t) => {
  const { asked } = await entra(t, { seconds: 2 })
  const remote = remoteAt(remoteIn(await container(), application))
  await passesThrough(t, remote)
  const before = asked.length
  await delay(3100)
  await passesThrough(t, remote)
  assert.ok(asked.length > before)
})
