import { homedir } from 'node:os'
import { join } from 'node:path'
import {
  AnonymousCredential,
  BlobServiceClient,
  StorageSharedKeyCredential,
  type StoragePipelineOptions,
} from '@azure/storage-blob'
import { readConfigFile } from '../config.ts'
import { denied } from './remote-errors.ts'
import type { RemoteSettings } from './settings.ts'

const pipeline: StoragePipelineOptions = {
  retryOptions: { maxTries: 1, tryTimeoutInMs: 120_000 },
}

/** As DVC: a connection string, or an account with a key, a shared access signature or an identity, or open to all. */
export async function azureClient({
  name,
  url,
  options,
}: RemoteSettings): Promise<BlobServiceClient> {
  const setting = (key: string, elsewhere: string) => options.get(key) ?? outside(elsewhere)
  const connection = setting('connection_string', 'connection_string')
  if (connection !== undefined) return BlobServiceClient.fromConnectionString(connection, pipeline)
  const account = setting('account_name', 'account')
  if (account === undefined) {
    throw denied(
      { name, place: url },
      'neither a connection string nor an account is given: set account_name, or AZURE_STORAGE_CONNECTION_STRING',
    )
  }
  // Anything else may name another host, which whoever wrote the settings would have the token or the signature sent to.
  if (!/^[a-z0-9-]+$/i.test(account)) {
    throw denied(
      { name, place: url },
      `${JSON.stringify(account)} is no storage account: set account_name to its name alone, of letters and digits`,
    )
  }
  const place = `https://${account}.blob.core.windows.net`
  const key = setting('account_key', 'key')
  if (key !== undefined)
    return new BlobServiceClient(place, new StorageSharedKeyCredential(account, key), pipeline)
  const signature = setting('sas_token', 'sas_token')
  if (signature !== undefined) {
    const signed = `${place}?${signature.replace(/^\?/, '')}`
    return new BlobServiceClient(signed, new AnonymousCredential(), pipeline)
  }
  const { entraIdentity } = await import('./azure-identity.ts')
  const identity = entraIdentity({ name, url, options }) ?? new AnonymousCredential()
  return new BlobServiceClient(place, identity, pipeline)
}

/** What the Azure CLI takes for its storage commands: from the environment, or from what `az config set storage.…` wrote. */
export function outside(key: string): string | undefined {
  // CI sets a secret that nobody gave it to nothing
  const variable = process.env[`AZURE_STORAGE_${key.toUpperCase()}`]
  if (variable) return variable
  const folder = process.env.AZURE_CONFIG_DIR || join(homedir(), '.azure')
  const file = readConfigFile(join(folder, 'config'), { anySetting: true })
  return file.get('storage')?.get(key)
}
