import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { TestContext } from 'node:test'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import type { RemoteConfig } from '#pipeline'
import { application, token } from '../../support/entra.ts'
import { listen } from '../../support/listen.ts'
import { azureKey } from '../../support/remote-servers.ts'

export const account = 'devstoreaccount1'

export function remoteIn(
  container: string,
  settings: Readonly<Record<string, string>> = {},
): RemoteConfig {
  const options = new Map(Object.entries({ account_name: account, ...settings }))
  return { name: 'store', url: `azure://${container}/some/prefix`, options }
}

/** Made with the account's key, which the remotes do not have. */
export async function container(): Promise<string> {
  const name = `t${randomBytes(6).toString('hex')}`
  const key = new StorageSharedKeyCredential(account, azureKey)
  await new BlobServiceClient(`https://${account}.blob.core.windows.net`, key).createContainer(name)
  return name
}

/** Names the application to a program. */
export const inEnvironment = {
  AZURE_TENANT_ID: application.tenant_id,
  AZURE_CLIENT_ID: application.client_id,
  AZURE_CLIENT_SECRET: application.client_secret,
}

/** A machine in Azure that says who it is. */
export async function machine(
  t: TestContext,
): Promise<{ readonly asked: URL[]; readonly url: string }> {
  const asked: URL[] = []
  const port = await listen(
    t,
    createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://machine'))
      const known = request.headers.metadata === 'true' || 'x-identity-header' in request.headers
      response.writeHead(known ? 200 : 400, { 'content-type': 'application/json' })
      const expires_on = String(Math.floor(Date.now() / 1000) + 3600)
      const answer = { access_token: token(3600), expires_on, token_type: 'Bearer' }
      response.end(JSON.stringify(known ? answer : { error: 'bad_request' }))
    }),
  )
  return { asked, url: `http://127.0.0.1:${port}` }
}
