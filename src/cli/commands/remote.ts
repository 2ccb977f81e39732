import { cwd } from 'node:process'
import { Command } from 'commander'
import { TidemillError } from '#contract'
import {
  addRemote,
  levelFor,
  modifyRemote,
  remoteList,
  removeRemote,
  renameRemote,
  setDefaultRemote,
} from '#pipeline'
import { addLevelOptions, levelOf, type LevelFlags } from '../config-level.ts'
import { green, textTable } from '../output.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from '../pipeline-command.ts'

type Flags = PipelineOptions & LevelFlags

export function command(): Command {
  return new Command('remote')
    .addCommand(add())
    .addCommand(list())
    .addCommand(makeDefault())
    .addCommand(modify())
    .addCommand(rename())
    .addCommand(remove())
}

function add(): Command {
  return addLevelOptions(
    pipelineCommand('add', 'name a place for data')
      .argument('<name>')
      .argument('<url>', 'a folder, or s3://BUCKET/…, azure://CONTAINER/…, ssh://HOST/…, https://…')
      .option('-d, --default', 'use it when no remote is named')
      .option('-f, --force', 'in place of one of that name'),
  ).action((name: string, url: string, options: Flags & { default?: boolean; force?: boolean }) => {
    const level = levelOf(options)
    addRemote(rootHere(), name, url, {
      from: cwd(),
      asDefault: options.default ?? false,
      force: options.force ?? false,
      ...(level === undefined ? {} : { level }),
    })
    tell(
      { name, url },
      options,
      () => `${green('✓')} ${name}${options.default ? ' is the default remote' : ' added'}`,
    )
  })
}

function list(): Command {
  return addLevelOptions(pipelineCommand('list', 'the remotes')).action((options: Flags) => {
    const level = levelOf(options)
    const root = rootHere()
    const { core } = remoteList(root)
    const { remotes } = remoteList(root, level)
    const listed = remotes.map(({ name, url }) => ({ name, url, default: name === core }))
    tell({ remotes: listed }, options, () =>
      listed.length === 0
        ? 'No remotes yet. Add one: tidemill remote add -d NAME URL'
        : textTable(
            ['name', 'where', ''],
            listed.map((each) => [each.name, each.url, each.default ? 'default' : '']),
          ),
    )
  })
}

function makeDefault(): Command {
  return addLevelOptions(
    pipelineCommand('default', 'say which remote is used when none is named')
      .argument('[name]', 'the remote; without, the present one is shown')
      .option('-u, --unset', 'none is'),
  ).action((name: string | undefined, options: Flags & { unset?: boolean }) => {
    const root = rootHere()
    if (name !== undefined || options.unset) {
      setDefaultRemote(root, options.unset ? undefined : name, levelOf(options))
    }
    const { core } = remoteList(root)
    tell({ default: core ?? null }, options, () => core ?? 'There is no default remote.')
  })
}

function modify(): Command {
  return addLevelOptions(
    pipelineCommand('modify', 'change a setting of a remote')
      .argument('<name>')
      .argument('<option>', 'url, jobs …')
      .argument('[value]')
      .option('-u, --unset', 'take the setting away'),
  ).action(
    (
      name: string,
      option: string,
      value: string | undefined,
      options: Flags & { unset?: boolean },
    ) => {
      if (value === undefined && !options.unset) {
        throw new TidemillError('bad_request', {
          problem: `Say what ${option} of ${name} shall be, or take it away with --unset.`,
        })
      }
      modifyRemote(
        rootHere(),
        name,
        option,
        options.unset ? undefined : value,
        levelOf(options),
        cwd(),
      )
      const hidden = levelOf(options) === undefined && levelFor(option) === 'local'
      tell({ name, option, value: hidden ? '(hidden)' : (value ?? null) }, options, () =>
        options.unset
          ? `${green('✓')} ${option} of ${name} is not set any more`
          : hidden
            ? `${green('✓')} ${option} of ${name} is set, in .dvc/config.local, which Git does not see`
            : `${green('✓')} ${option} of ${name} is ${value}`,
      )
    },
  )
}

function rename(): Command {
  return addLevelOptions(
    pipelineCommand('rename', 'give a remote another name').argument('<name>').argument('<new>'),
  ).action((name: string, to: string, options: Flags) => {
    renameRemote(rootHere(), name, to, levelOf(options))
    tell({ name: to }, options, () => `${green('✓')} ${name} is called ${to}`)
  })
}

function remove(): Command {
  return addLevelOptions(
    pipelineCommand('remove', 'forget a remote; its data stays where it is').argument('<name>'),
  ).action((name: string, options: Flags) => {
    removeRemote(rootHere(), name, levelOf(options))
    tell(
      { removed: name },
      options,
      () => `${green('✓')} ${name} is forgotten; its data stays where it is`,
    )
  })
}
