import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import { azureRemote } from '../../../src/pipeline/remotes/azure-remote.ts'
import { application, entra, tenant, type EntraOptions } from '../../support/entra.ts'
import { withEnvironment } from '../../support/environment.ts'
import { listen } from '../../support/listen.ts'
import { skipEntra } from '../../support/remote-servers.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { inEnvironment, remoteIn } from '../support/azure.ts'

const path = `files/md5/ab/${'c'.repeat(30)}`

/** The error of a first call, in which no secret may stand. */
async function refusal(
  t: TestContext,
  settings: Readonly<Record<string, string>>,
  options: EntraOptions = {},
): Promise<unknown> {
  await entra(t, options)
  const remote = azureRemote(remoteIn('some', settings))
  const error: unknown = await remote.stat(path).then(
    () => undefined,
    (each: unknown) => each,
  )
  assert.doesNotMatch(inspect(error, { depth: 20 }), /a-secret-of-the-test|of-nobody/)
  return error
}

const refusals: readonly {
  readonly when: string
  readonly code?: string
  readonly says: string
  readonly settings?: Readonly<Record<string, string>>
  readonly options?: EntraOptions
}[] = [
  {
    when: 'a wrong secret',
    settings: { client_secret: 'of-nobody' },
    says: 'is the client secret value, not the client secret ID',
  },
  {
    when: 'an expired secret',
    options: {
      refuse: () =>
        "AADSTS7000222: The provided client secret keys for app '1' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret.",
    },
    says: 'create new keys for your app',
  },
  {
    when: 'a tenant that is no more',
    settings: { tenant_id: 'gone.example.org' },
    says: "Tenant 'gone.example.org' not found. Check to make sure you have the correct tenant ID",
  },
  {
    when: 'a tenant that is none',
    settings: { tenant_id: 'not a tenant' },
    says: 'Invalid tenant id provided',
  },
]

for (const { when, code = 'remote_denied', says, settings = {}, options } of refusals)
  test(
    `${when} is refused in Entra's words, without those for its makers`,
    { skip: skipEntra },
    async (t) => {
      const error = await refusal(t, { ...application, ...settings }, options)
      failsWith(code, says)(error)
      assert.doesNotMatch(String(error), /Trace ID|invalid_client/)
    },
  )

test('the application of the environment is refused alike', { skip: skipEntra }, async (t) => {
  await entra(t)
  withEnvironment(t, { ...inEnvironment, AZURE_CLIENT_SECRET: 'of-nobody' })
  const remote = azureRemote(remoteIn('some'))
  await assert.rejects(
    remote.stat(path),
    failsWith('remote_denied', 'refuses: AADSTS7000215: Invalid client secret provided.'),
  )
})

test(
  'an application that is named in part is told what it lacks',
  { skip: skipEntra },
  async (t) => {
    failsWith(
      'remote_denied',
      'tenant_id alone name no application: set client_id and client_secret',
    )(await refusal(t, { tenant_id: tenant }))
  },
)

test(
  'where nobody is found, what was tried is said and what to do',
  { skip: skipEntra },
  async (t) => {
    withEnvironment(t, { PATH: '/nowhere' })
    const error = await refusal(t, {})
    failsWith('remote_denied', 'run az login, or set tenant_id, client_id and client_secret')(error)
    failsWith('remote_denied', 'Azure CLI could not be found')(error)
  },
)

test(
  'an endpoint of Entra that does not answer is one to try again',
  { skip: skipEntra },
  async (t) => {
    await entra(t)
    withEnvironment(t, { HTTPS_PROXY: 'http://127.0.0.1:9' })
    for (const [settings, variables] of [
      [application, {}],
      [{}, inEnvironment],
    ] as const) {
      withEnvironment(t, variables)
      const remote = azureRemote(remoteIn('some', settings))
      await assert.rejects(
        remote.stat(path),
        failsWith('remote_unreachable', 'login.microsoftonline.com, which signs in with Entra'),
      )
    }
  },
)

test('an identity without a role on the account is told which', { skip: skipEntra }, async (t) => {
  const { trusted } = await entra(t)
  const blobs = await listen(
    t,
    createServer(
      { cert: readFileSync(trusted), key: readFileSync(join(dirname(trusted), 'key.pem')) },
      (_, response) => {
        response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' })
        response.end()
      },
    ),
  )
  failsWith(
    'remote_denied',
    'the role Storage Blob Data Contributor',
  )(await refusal(t, application, { blobs }))
})

test('an account that names another host is refused before anybody is asked for a token', async () => {
  for (const account_name of ['example.org/x?', 'example.org#', 'a@example.org:443/', '']) {
    const remote = azureRemote(remoteIn('some', { ...application, account_name }))
    await assert.rejects(remote.stat(path), failsWith('remote_denied', 'is no storage account'))
  }
})
