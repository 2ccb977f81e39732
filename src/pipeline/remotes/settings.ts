import { TidemillError } from '#contract/error'
import { remotesOf, type RemoteConfig } from '../config.ts'
import type { Repository } from '../repository.ts'

/** A remote as the configuration describes it. */
export type RemoteSettings = RemoteConfig

/** The settings of the remote of that name, or of the default one. Errors: `not_found`. */
export function remoteSettings(
  repository: Pick<Repository, 'root' | 'config'>,
  name?: string,
): RemoteSettings {
  const { remotes, core } = remotesOf(repository.config)
  const wanted = name ?? core
  if (wanted === undefined) {
    throw new TidemillError('not_found', {
      kind: 'default remote in',
      name: '.dvc/config; add one with tidemill remote add -d NAME URL, or name one with --remote',
    })
  }
  const found = remotes.find((remote) => remote.name === wanted)
  if (!found) throw new TidemillError('not_found', { kind: 'remote', name: wanted })
  return found
}
