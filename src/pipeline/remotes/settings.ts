import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { remotesOf, type RemoteConfig } from '../config.ts'
import { ownFolder, type Repository } from '../repository.ts'

/** A remote as the configuration describes it. */
export interface RemoteSettings extends RemoteConfig {
  /** Where the uploads in parts that were begun are noted. */
  readonly uploads?: string
}

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
  return { ...found, uploads: join(ownFolder(repository.root), 'uploads') }
}
