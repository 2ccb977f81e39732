import { TidemillError } from '#contract/error'
import { denied, problemOf, type NamedPlace } from './remote-errors.ts'

const names = new Set([
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
  'CredentialUnavailableError',
])

/** What an error on the way to a token of Entra means; `undefined` for any other. */
export function entraError(error: unknown, at: NamedPlace): TidemillError | undefined {
  if (!(error instanceof Error) || !names.has(error.name)) return undefined
  if ('errors' in error && Array.isArray(error.errors)) {
    const tried = error.errors.map(reasonOf).join('; ')
    const problem = `nobody was found to ask as (${tried}): run az login, or set tenant_id, client_id and client_secret, or account_key or sas_token`
    return denied(at, problem, error)
  }
  if (/network_error|endpoints_resolution_error/.test(error.message)) {
    const host = process.env.AZURE_AUTHORITY_HOST ?? 'login.microsoftonline.com'
    const problem = `${host}, which signs in with Entra, does not answer; check the network, HTTPS_PROXY and AZURE_AUTHORITY_HOST`
    return new TidemillError('remote_unreachable', { ...at, problem }, error)
  }
  return denied(at, saidByEntra(error.message) ?? problemOf(error), error)
}

/** Its own words say what to do; what follows them is for its makers. */
function saidByEntra(message: string): string | undefined {
  return /AADSTS\d+: .*?(?=\s(?:- )?(?:Trace|Correlation) ID:|\n|$)/.exec(message)?.[0]
}

function reasonOf(error: unknown): string {
  const [line = ''] = problemOf(error)
    .replace(/^(?:Error|\w+: Authentication failed\. Message):? /, '')
    .split(/\. /)
  return line
}
