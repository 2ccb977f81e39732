import { Menu } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { formatCount, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { plainText } from '../../design/plain-text.ts'
import { When } from '../../design/when.tsx'
import { useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useShortcut } from '../../app/shortcuts.tsx'
import { experimentTree, treeLines, type TreeNode } from './experiment-tree.ts'
import { FolderDialog } from './folder-dialog.tsx'
import { NameDialog } from './name-dialog.tsx'

interface ExperimentRowsProps {
  readonly experiments: readonly Experiment[]
  /** Whether all folders are open, as after a search. */
  readonly unfolded: boolean
  readonly removed: boolean
  readonly selected: ReadonlySet<string>
  readonly onSelect: (ids: ReadonlySet<string>) => void
}

/** The tree as a table; j and k move, Enter opens an experiment or folds a folder. */
export function ExperimentRows(props: ExperimentRowsProps): ReactNode {
  const { experiments, unfolded, removed, selected, onSelect } = props
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [active, setActive] = useState(-1)
  const [renaming, setRenaming] = useState<Experiment>()
  const [removing, setRemoving] = useState<Experiment>()
  const [moving, setMoving] = useState<string>()
  const go = useGo()
  const remove = useAct(operations.runs.removeExperiment, {
    done: 'Removed',
    onDone: () => setRemoving(undefined),
  })
  const tree = useMemo(() => experimentTree(experiments), [experiments])
  const lines = treeLines(tree, unfolded ? noneClosed : closed)
  const fold = ({ path }: TreeNode) => {
    const next = new Set(closed)
    if (!next.delete(path)) next.add(path)
    setClosed(next)
  }
  const move = (by: number) => setActive(Math.max(0, Math.min(lines.length - 1, active + by)))
  const open = () => {
    const node = lines[active]
    if (node?.experiment !== undefined && !removed) go(paths.experiment(node.path))
    else if (node !== undefined) fold(node)
  }
  useShortcut('j', 'Next row', () => move(1), { group: 'Lists' })
  useShortcut('k', 'Previous row', () => move(-1), { group: 'Lists' })
  useShortcut('Enter', 'Open', open, { group: 'Lists', enabled: active >= 0 })
  const select = (id: string) => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  return (
    <div className="grid-scroll" tabIndex={0} role="region" aria-label="Experiments">
      <table className="grid experiment-tree">
        <caption className="unseen">Experiments</caption>
        <thead>
          <tr>
            <th scope="col">Experiment</th>
            <th scope="col" className="numeric">
              Runs
            </th>
            <th scope="col">Last run</th>
            <th scope="col">Created</th>
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((node, index) => (
            <tr key={node.path} data-active={index === active || undefined}>
              <td style={{ paddingLeft: 16 + node.depth * 22 }}>
                <NodeName
                  node={node}
                  open={unfolded || !closed.has(node.path)}
                  removed={removed}
                  selected={node.experiment !== undefined && selected.has(node.experiment.id)}
                  onFold={() => fold(node)}
                  onSelect={select}
                />
              </td>
              <td className="numeric">{formatCount(node.runs)}</td>
              <td>{node.lastRunAt === undefined ? '—' : <When time={node.lastRunAt} />}</td>
              <td>
                {node.experiment === undefined ? '' : <When time={node.experiment.createdAt} />}
              </td>
              <td className="numeric">
                <Actions
                  node={node}
                  removed={removed}
                  onRename={setRenaming}
                  onRemove={setRemoving}
                  onMove={setMoving}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {renaming !== undefined && (
        <NameDialog experiment={renaming} onClose={() => setRenaming(undefined)} />
      )}
      {moving !== undefined && (
        <FolderDialog folder={moving} onClose={() => setMoving(undefined)} />
      )}
      <Confirm
        open={removing !== undefined}
        title={`Remove ${removing?.name ?? ''}?`}
        verb="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => removing && remove.mutate({ experiment: removing.id })}
        onClose={() => setRemoving(undefined)}
      >
        <p>
          It goes with its {plural(removing?.runs ?? 0, 'run')}. Under Removed it can be brought
          back.
        </p>
      </Confirm>
    </div>
  )
}

const noneClosed: ReadonlySet<string> = new Set()

function NodeName(props: NodeNameProps): ReactNode {
  const { node, open, removed, selected, onFold, onSelect } = props
  const { experiment } = node
  const note = experiment?.tags['mlflow.note.content']
  const tags = Object.entries(experiment?.tags ?? {}).filter(
    ([key]) => !/^(?:mlflow|tidemill)\./.test(key),
  )
  return (
    <span className="experiment-name">
      {node.children.length > 0 ? (
        <button
          type="button"
          className="run-fold"
          aria-expanded={open}
          aria-label={`Folder ${node.path}`}
          onClick={onFold}
        >
          <Icon name={open ? 'down' : 'chevron'} size={13} />
        </button>
      ) : (
        <span className="fold-gap" />
      )}
      {experiment === undefined ? (
        <strong className="folder">{node.name}/</strong>
      ) : (
        <>
          {!removed && (
            <input
              type="checkbox"
              aria-label={`Select ${node.path}`}
              checked={selected}
              onChange={() => onSelect(experiment.id)}
            />
          )}
          {removed ? (
            <span>{node.name}</span>
          ) : (
            <Link href={paths.experiment(node.path)}>{node.name}</Link>
          )}
          {tags.slice(0, 3).map(([key, value]) => (
            <span key={key} className="tag">
              {key}: {value}
            </span>
          ))}
          {note !== undefined && <small className="muted experiment-note">{plainText(note)}</small>}
        </>
      )}
    </span>
  )
}

interface NodeNameProps {
  readonly node: TreeNode
  readonly open: boolean
  readonly removed: boolean
  readonly selected: boolean
  readonly onFold: () => void
  readonly onSelect: (id: string) => void
}

/** What can be done with an experiment, and with the folder of the same name. */
function Actions({ node, removed, onRename, onRemove, onMove }: ActionsProps): ReactNode {
  const { experiment, path, children } = node
  const restore = useAct(operations.runs.restoreExperiment, { done: `${path} is back` })
  const isFolder = children.length > 0 && !removed
  if (experiment === undefined && !isFolder) return null
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <button type="button" className="plain" aria-label={`What to do with ${path}`}>
          <Icon name="more" size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {experiment !== undefined && removed && (
          <Menu.Item onClick={() => restore.mutate({ experiment: experiment.id })}>
            Bring back
          </Menu.Item>
        )}
        {experiment !== undefined && !removed && (
          <>
            <Menu.Item onClick={() => onRename(experiment)}>Rename or move …</Menu.Item>
            <Menu.Item onClick={() => onRemove(experiment)}>Remove …</Menu.Item>
          </>
        )}
        {isFolder && (
          <Menu.Item onClick={() => onMove(path)}>Rename or move the folder …</Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

interface ActionsProps {
  readonly node: TreeNode
  readonly removed: boolean
  readonly onRename: (experiment: Experiment) => void
  readonly onRemove: (experiment: Experiment) => void
  readonly onMove: (folder: string) => void
}
