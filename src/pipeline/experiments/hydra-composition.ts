import { TidemillError } from '#contract/error'
import { readConfig } from '../config.ts'

/**
 * Refuses experiments where DVC has Hydra write params.yaml anew out of a folder of configurations: set in the file that would be
 * thrown away, `model=resnet` is another thing. Errors: `bad_request`.
 */
export function refuseComposition(root: string): void {
  if (readConfig(root).get('hydra')?.get('enabled')?.toLowerCase() !== 'true') return
  throw new TidemillError('bad_request', {
    problem:
      'hydra.enabled is set in .dvc/config, so params.yaml is composed by Hydra, which is Python’s own: use --no-hydra to work with params.yaml as it is, or dvc exp run',
  })
}
