import { Autocomplete, Button, Modal, MultiSelect, NativeSelect, Switch } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { Keys } from '../run-table/columns.ts'
import { groupKey } from '../run-table/run-lines.ts'
import { LineSettings } from './line-settings.tsx'
import type { ChartSource } from './panel.ts'
import { useChartRuns } from './use-chart-data.ts'
import { chartKinds, usualAxes, type ChartKind, type ChartSpec } from './chart-spec.ts'

const most = 500

interface ChartDialogProps {
  readonly keys: Keys
  readonly runs: ChartSource
  /** The one that is changed; a new one is made without. */
  readonly spec: ChartSpec | undefined
  readonly onDone: (spec: ChartSpec) => void
  readonly onClose: () => void
}

/** What a chart shows of what. */
export function ChartDialog({ keys, runs, spec, onDone, onClose }: ChartDialogProps): ReactNode {
  const metrics = keys.metrics.map((key) => `metrics.${key}`)
  const params = keys.params.map((key) => `params.${key}`)
  const tags = keys.tags.map((key) => `tags.${key}`)
  const shown = useChartRuns(runs, [], 'shown')
  const [draft, setDraft] = useState<ChartSpec>(
    spec ?? { id: crypto.randomUUID().slice(0, 8), kind: 'scatter' },
  )
  const { kind } = draft
  const bases =
    runs.grouped?.list.map(({ values, name }) => ({ value: groupKey(values), label: name })) ??
    shown.runs.map(({ run }) => ({ value: run.id, label: run.name }))
  const set = (change: Partial<ChartSpec>) => setDraft({ ...draft, ...change })
  const x = draft.x ?? (kind === 'scatter' || kind === 'contour' ? params[0] : undefined)
  const y = draft.y ?? (kind === 'contour' ? (params[1] ?? params[0]) : metrics[0])
  const z = draft.z ?? metrics[0]
  const done = () => {
    const { id, wide, high, logX, logY, smooth, yFrom, yTo } = draft
    onDone({
      ...{ id, kind },
      ...(wide === undefined ? {} : { wide }),
      ...(high === undefined ? {} : { high }),
      ...(logX === undefined ? {} : { logX }),
      ...(logY === undefined ? {} : { logY }),
      ...(kind === 'line' && smooth !== undefined ? { smooth } : {}),
      ...(kind === 'line' && yFrom !== undefined ? { yFrom } : {}),
      ...(kind === 'line' && yTo !== undefined ? { yTo } : {}),
      ...(['line', 'scatter', 'contour', 'box', 'difference'].includes(kind) && x ? { x } : {}),
      ...(['line', 'bar', 'scatter', 'contour', 'box'].includes(kind) && y ? { y } : {}),
      ...(kind === 'contour' && z ? { z } : {}),
      ...(kind === 'parallel' ? { axes: draft.axes ?? usualAxes(keys) } : {}),
    })
  }
  const pick = (label: string, name: 'x' | 'y' | 'z', data: readonly string[], value = '') => (
    <Autocomplete
      label={label}
      size="sm"
      limit={most}
      maxDropdownHeight={260}
      data={[...data]}
      defaultValue={value}
      onChange={(next) => set({ [name]: next === '' ? undefined : next })}
    />
  )
  const isLogged = ['line', 'scatter', 'contour'].includes(kind)
  return (
    <Modal opened onClose={onClose} title={spec === undefined ? 'Add a chart' : 'Edit the chart'}>
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          done()
        }}
      >
        <NativeSelect
          label="Kind"
          data-autofocus
          value={kind}
          onChange={(event) =>
            setDraft({ id: draft.id, kind: event.currentTarget.value as ChartKind })
          }
          data={Object.entries(chartKinds).map(([value, label]) => ({ value, label }))}
        />
        <div className="stack" key={kind}>
          {(kind === 'line' || kind === 'bar') && pick('Metric', 'y', metrics, y)}
          {kind === 'line' && (
            <LineSettings
              spec={draft}
              metrics={metrics}
              onChange={(name, value) => set({ [name]: value })}
            />
          )}
          {(kind === 'scatter' || kind === 'contour') && (
            <>
              {pick('Across', 'x', [...params, ...metrics, 'started', 'duration'], x)}
              {pick('Up', 'y', [...metrics, ...params, 'duration'], y)}
            </>
          )}
          {kind === 'contour' && pick('Height, as colour', 'z', metrics, z)}
          {kind === 'box' && (
            <>
              {pick('Metric', 'y', metrics, y)}
              {pick('By', 'x', [...params, ...tags, 'status', 'user'], x)}
            </>
          )}
          {kind === 'difference' && (
            <NativeSelect
              label="Difference to"
              value={x ?? bases[0]?.value ?? ''}
              onChange={(event) => set({ x: event.currentTarget.value })}
              data={bases}
            />
          )}
          {kind === 'parallel' && (
            <MultiSelect
              label="Axes; the last gives the colour"
              searchable
              limit={most}
              data={[...params, ...metrics]}
              defaultValue={[...(draft.axes ?? usualAxes(keys))]}
              onChange={(axes) => set({ axes })}
            />
          )}
          {kind === 'images' && (
            <p className="muted small">
              Images that the runs have stored under the same path, or logged under the same key.
            </p>
          )}
          {isLogged && (
            <div className="line">
              <Switch
                label="Log x"
                checked={draft.logX ?? false}
                onChange={() => set({ logX: !(draft.logX ?? false) })}
              />
              <Switch
                label="Log y"
                checked={draft.logY ?? false}
                onChange={() => set({ logY: !(draft.logY ?? false) })}
              />
            </div>
          )}
        </div>
        <Button type="submit">{spec === undefined ? 'Add' : 'Done'}</Button>
      </form>
    </Modal>
  )
}
