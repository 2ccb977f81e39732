import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { container, machine } from '../pipeline/support/azure.ts'
import { project } from '../pipeline/support/project.ts'
import { application, entra } from '../support/entra.ts'
import { skipEntra } from '../support/remote-servers.ts'
import { tidemill } from '../support/tidemill.ts'

test(
  'push and pull ask Azure as the application of the settings, whose secret Git does not see',
  { skip: skipEntra },
  async (t) => {
    const { asked, trusted } = await entra(t)
    const made = await project(t, { data: 'some bytes\n' })
    const cli = (...args: readonly string[]) =>
      tidemill(args, made.root, { NODE_EXTRA_CA_CERTS: trusted })
    await cli('remote', 'add', '-d', 'cloud', `azure://${await container()}/x`)
    await cli('remote', 'modify', 'cloud', 'account_name', 'devstoreaccount1')
    for (const [key, value] of Object.entries(application))
      await cli('remote', 'modify', 'cloud', key, value)
    assert.doesNotMatch(made.read('.dvc/config'), new RegExp(application.client_secret))

    await cli('add', 'data')
    const pushed = await cli('push')
    assert.equal(pushed.code, 0, pushed.stderr)
    made.drop('.dvc/cache', 'data')
    const pulled = await cli('pull')
    assert.equal(pulled.code, 0, pulled.stderr)
    assert.equal(readFileSync(join(made.root, 'data'), 'utf8'), 'some bytes\n')
    assert.equal(asked.length, 2, 'once for each command')

    await cli('remote', 'modify', 'cloud', 'client_secret', 'of-nobody')
    const refused = await cli('push', '-r', 'cloud')
    assert.match(refused.stderr, /AADSTS7000215: Invalid client secret provided/)
    assert.doesNotMatch(refused.stderr, /of-nobody|Trace ID/)
    assert.notEqual(refused.code, 0)
  },
)

test(
  'push asks Azure as the app service that it runs in, without a setting',
  { skip: skipEntra },
  async (t) => {
    const { trusted } = await entra(t)
    const { asked, url } = await machine(t)
    const made = await project(t, { data: 'some bytes\n' })
    const cli = (...args: readonly string[]) =>
      tidemill(args, made.root, {
        NODE_EXTRA_CA_CERTS: trusted,
        AZURE_STORAGE_ACCOUNT: 'devstoreaccount1',
        IDENTITY_ENDPOINT: `${url}/msi/token`,
        IDENTITY_HEADER: 'proof',
      })
    await cli('remote', 'add', '-d', 'cloud', `azure://${await container()}/x`)
    await cli('add', 'data')
    const pushed = await cli('push')
    assert.equal(pushed.code, 0, pushed.stderr)
    assert.deepEqual(
      asked.map((each) => each.pathname),
      ['/msi/token'],
    )
  },
)
