import type { RunSource } from '#contract'
import type { RerunTrust } from '#tracking'
import { copiedFrom } from '../../mlflow-copy/copied.ts'
import { argumentsTag, readArguments } from '../../steps/script-arguments.ts'

/**
 * The script, its arguments and the commit that a client names in the tags a run is made with. They are kept beside the tags, which anybody who writes
 * to the experiment may change later. A copy of another server's run says what was run there, and nothing of it is run here.
 */
export function scriptSource(tags: Readonly<Record<string, string>>, trust: RerunTrust): RunSource {
  const {
    'mlflow.source.name': name,
    'mlflow.source.type': type,
    'mlflow.source.git.commit': commit,
  } = tags
  const rerun = tags[copiedFrom] === undefined ? trust : 'none'
  if (name === undefined || type === undefined) return { rerun }
  const words = readArguments(tags[argumentsTag] ?? '')
  const script = {
    ...{ name, type },
    ...(commit === undefined ? {} : { commit }),
    ...(words === undefined ? {} : { arguments: words }),
  }
  return { script, rerun }
}
