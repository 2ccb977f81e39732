import { NativeSelect, Slider } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { downloadHref, useCaller } from '../../app/api.tsx'
import { csvOf } from './figure.ts'
import { hovered } from './hovered.ts'
import { imageSeries } from './image-series.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useChartRuns } from './use-chart-data.ts'

const endings = ['.png', '.jpg', '.jpeg', '.gif', '.webp', '.bmp', '.svg']

/** The same picture of each run side by side: by its path, or by the key and step that an MLflow client logged it under. */
export function ImagesPanel({ table, height, figure }: PanelProps): ReactNode {
  const caller = useCaller()
  const { runs, isLoading } = useChartRuns(table, noColumns, 'shown')
  const [chosen, setChosen] = useState<string>()
  const [step, setStep] = useState<number>()
  const input = { runs: runs.map(({ run }) => run.id), endings }
  const read = useQuery({
    queryKey: ['run-table', 'files', input],
    queryFn: () => caller.call(operations.table.files, input),
    enabled: runs.length > 0,
  })
  const series = imageSeries(read.data?.files ?? [])
  const shown = series.find((each) => each.name === chosen) ?? series[0]
  const at = shown?.steps.includes(step ?? NaN) ? step : shown?.steps.at(-1)
  figure.current = {
    csv: () =>
      csvOf(
        ['path', 'runs'],
        (read.data?.files ?? []).map((file) => [file.path, file.runs.join(' ')]),
      ),
  }
  if (read.isError) return <ErrorState error={read.error} />
  if (isLoading || read.isLoading) return <Skeleton lines={5} />
  if (shown === undefined) return <Nothing>The runs shown have stored no images.</Nothing>
  const last = shown.steps.length - 1
  return (
    <div className="stack tight">
      <div className="line">
        <NativeSelect
          size="xs"
          aria-label="Image"
          data={series.map((each) => each.name)}
          value={shown.name}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        {last > 0 && (
          <Slider
            className="grow"
            thumbLabel="Step"
            label={(index) => `step ${shown.steps[index] ?? ''}`}
            min={0}
            max={last}
            value={shown.steps.indexOf(at ?? NaN)}
            onChange={(index) => setStep(shown.steps[index])}
          />
        )}
        <span className="muted small">step {at}</span>
      </div>
      <div
        className="image-grid"
        style={{ maxHeight: height - 40 }}
        tabIndex={0}
        role="region"
        aria-label={shown.name}
      >
        {runs.flatMap(({ run }) => {
          const path = shown.paths.get(`${run.id} ${at ?? ''}`)
          if (path === undefined) return []
          return [
            <figure
              key={run.id}
              onPointerEnter={() => hovered.set(run.row)}
              onPointerLeave={() => hovered.set(undefined)}
            >
              <img
                loading="lazy"
                alt={`${shown.name} of ${run.name}`}
                src={downloadHref(operations.runs.artifact, { run: run.id, path })}
              />
              <figcaption>
                <i style={{ background: `var(${table.looks.get(run.row)?.token ?? '--line'})` }} />
                {run.name}
              </figcaption>
            </figure>,
          ]
        })}
      </div>
    </div>
  )
}

const noColumns: readonly string[] = []
