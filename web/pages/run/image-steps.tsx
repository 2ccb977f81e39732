import { useId, useMemo, useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatCount } from '../../design/format.ts'
import { useRead } from '../../app/api.tsx'
import { imageSeries, type ImageSeries } from './logged-images.ts'
import { fileHref } from './preview/use-file.ts'
import './artifacts.css'

/** The pictures a run logged step by step, one card a key; one slider moves all to a step. */
export function ImageSteps({ owner }: { owner: string }): ReactNode {
  const read = useRead(operations.artifacts.list, { owner, folder: 'images' })
  const series = useMemo(
    () => imageSeries((read.data?.entries ?? []).map((each) => each.path)),
    [read.data],
  )
  const steps = useMemo(
    () =>
      [...new Set(series.flatMap((each) => each.images.map((image) => image.step)))].sort(
        (a, b) => a - b,
      ),
    [series],
  )
  const [chosen, setChosen] = useState<number>()
  const id = useId()
  if (series.length === 0) return null
  const at = chosen === undefined ? steps.length - 1 : Math.min(chosen, steps.length - 1)
  const step = steps[at] ?? 0
  return (
    <Card
      title="Pictures"
      aside={
        steps.length > 1 && (
          <>
            <label className="small" htmlFor={id}>
              Step {formatCount(step)}
            </label>
            <input
              id={id}
              className="image-slider"
              type="range"
              min={0}
              max={steps.length - 1}
              value={at}
              aria-valuetext={`step ${step}`}
              onChange={(event) => setChosen(Number(event.currentTarget.value))}
            />
          </>
        )
      }
    >
      <div className="image-steps">
        {series.map((each) => (
          <OneSeries key={each.key} owner={owner} series={each} step={step} />
        ))}
      </div>
    </Card>
  )
}

/** The last picture up to the step. */
function OneSeries({ owner, series, step }: OneSeriesProps): ReactNode {
  const image = series.images.findLast((each) => each.step <= step) ?? series.images[0]
  if (image === undefined) return null
  return (
    <figure className="image-step">
      <a href={fileHref({ owner, path: image.path })} download>
        <img
          src={fileHref({ owner, path: image.small })}
          alt={`${series.key} at step ${image.step}`}
          loading="lazy"
        />
      </a>
      <figcaption>
        <strong>{series.key}</strong>{' '}
        <span className="muted small">step {formatCount(image.step)}</span>
      </figcaption>
    </figure>
  )
}

interface OneSeriesProps {
  readonly owner: string
  readonly series: ImageSeries
  readonly step: number
}
