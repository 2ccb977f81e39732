import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findRoot, remoteList } from '#pipeline'

/** What of a project decides what its CI does. */
export interface CiProject {
  /** Whether there is a tidemill.yaml: then things are applied, models are promoted, and there is a server to deploy. */
  readonly declared: boolean
  /** How a clone gets at the data, where `.dvc/config` names a remote. */
  readonly remote?: RemoteAccess
}

export interface RemoteAccess {
  /** Variables that CI keeps secret and has to hand over. */
  readonly secrets: readonly string[]
  /** Commands that make of them what the remote asks for. */
  readonly setup: readonly string[]
}

export function ciProject(dir: string): CiProject {
  const { remotes, core } = remoteList(findRoot(dir), 'project')
  const remote = remotes.find(({ name }) => name === core)
  return {
    declared: existsSync(join(dir, 'tidemill.yaml')),
    ...(remote ? { remote: accessTo(remote) } : {}),
  }
}

function accessTo({
  name,
  url,
  options,
}: {
  readonly name: string
  readonly url: string
  readonly options: ReadonlyMap<string, string>
}): RemoteAccess {
  const scheme = /^([a-z0-9]+):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme === 's3' && options.get('allow_anonymous_login') !== 'true')
    return { secrets: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'], setup: [] }
  if (scheme === 'azure') {
    const key = options.has('account_name')
      ? 'AZURE_STORAGE_KEY'
      : 'AZURE_STORAGE_CONNECTION_STRING'
    return { secrets: [key], setup: [] }
  }
  if (scheme === 'ssh') {
    return {
      secrets: ['SSH_PRIVATE_KEY', 'SSH_KNOWN_HOSTS'],
      setup: [
        'mkdir -p -m 700 ~/.ssh',
        'echo "$SSH_KNOWN_HOSTS" >> ~/.ssh/known_hosts',
        '(umask 077 && echo "$SSH_PRIVATE_KEY" > ~/.ssh/id_ed25519)',
      ],
    }
  }
  if (options.has('auth')) {
    const quoted = `'${name.replaceAll("'", `'\\''`)}'`
    const command = `tidemill remote modify --local ${quoted} password "$REMOTE_PASSWORD"`
    return { secrets: ['REMOTE_PASSWORD'], setup: [command] }
  }
  return { secrets: [], setup: [] }
}
