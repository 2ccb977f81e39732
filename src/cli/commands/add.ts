import { globSync } from 'node:fs'
import type { Command } from 'commander'
import { TidemillError } from '#contract'
import { add } from '#pipeline'
import { dim, green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('add')
    .argument('<targets...>', 'files and folders')
    .option('--glob', 'targets are patterns, such as "images/**/*.png"')
    .option('--no-commit', 'leave the cache alone; tidemill commit fills it later')
    .action(
      async (
        targets: readonly string[],
        options: PipelineOptions & { glob?: boolean; commit: boolean },
      ) => {
        const paths = options.glob ? targets.flatMap((target) => matches(target)) : targets
        const added = await add(pipelineHere(), paths, { commit: options.commit })
        tell({ added }, options, () => {
          const changed = [...new Set(added.flatMap((each) => each.changed))]
          const lines = added.map(
            (each) =>
              `${green('✓')} ${each.path}${each.nfiles === undefined ? '' : dim(`  ${each.nfiles} files`)}  ${dim(`${each.size} bytes`)}`,
          )
          if (changed.length === 0) return [...lines, 'Nothing is new.'].join('\n')
          return [
            ...lines,
            '',
            'Put the change into Git:',
            `  git add ${changed.map(quoted).join(' ')}`,
          ].join('\n')
        })
      },
    )
}

function matches(pattern: string): readonly string[] {
  const found = globSync(pattern).filter((path) => !path.endsWith('.dvc'))
  if (found.length === 0) {
    throw new TidemillError('not_found', { kind: 'file that matches', name: pattern })
  }
  return found.toSorted()
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
