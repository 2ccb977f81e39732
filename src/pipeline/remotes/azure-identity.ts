import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ChainedTokenCredential,
  ClientSecretCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  WorkloadIdentityCredential,
  type TokenCredential,
} from '@azure/identity'
import { denied, problemOf } from './remote-errors.ts'
import type { RemoteSettings } from './settings.ts'

const principal = ['tenant_id', 'client_id', 'client_secret'] as const

const workload = ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_FEDERATED_TOKEN_FILE']

/** A remote's calls are made again as a whole. */
const once = { retryOptions: { maxRetries: 0 } }

/**
 * Who asks, to Entra: the application that the settings name, or whom DVC finds without them; `undefined` where it is to be nobody.
 * Errors: `remote_denied` for an application that is named in part or wrongly.
 */
export function entraIdentity(settings: RemoteSettings): TokenCredential | undefined {
  const { name, url, options } = settings
  const at = { name, place: url }
  const given = principal.filter((key) => options.has(key))
  const missing = principal.filter((key) => !options.has(key))
  if (given.length > 0 && missing.length > 0)
    throw denied(
      at,
      `${given.join(' and ')} alone name no application: set ${missing.join(' and ')} as well`,
    )
  try {
    if (given.length > 0) return application(options)
    return isSet(options, 'allow_anonymous_login') ? undefined : foundIdentity(options)
  } catch (error) {
    // it looks at how an identifier is written
    throw denied(at, problemOf(error), error)
  }
}

function application(options: RemoteSettings['options']): TokenCredential {
  const [tenant = '', client = '', secret = ''] = principal.map((key) => options.get(key))
  return new ClientSecretCredential(tenant, client, secret, once)
}

/**
 * Whom DVC finds, in its order. What it would take from Visual Studio Code or from a cache that Microsoft's programs share is not
 * there for Node.
 */
function foundIdentity(options: RemoteSettings['options']): TokenCredential {
  const client = process.env.AZURE_CLIENT_ID
  // asks first whether there is anybody to ask, as a laptop would otherwise wait for an answer
  const machine = { ...(client ? { clientId: client } : {}), sendProbeRequest: true }
  return new ChainedTokenCredential(
    ...(isSet(options, 'exclude_environment_credential') ? [] : [new EnvironmentCredential(once)]),
    ...(workload.every((name) => process.env[name]) ? [new WorkloadIdentityCredential(once)] : []),
    ...(isSet(options, 'exclude_managed_identity_credential')
      ? []
      : [new ManagedIdentityCredential(machine)]),
    new AzureCliCredential(),
    new AzurePowerShellCredential(),
    new AzureDeveloperCliCredential(),
  )
}

function isSet(options: RemoteSettings['options'], key: string): boolean {
  return options.get(key)?.toLowerCase() === 'true'
}
