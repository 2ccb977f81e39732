import type { UseQueryResult } from '@tanstack/react-query'
import { operations, type LineageGraph } from '#contract'
import { useRead } from '../../app/api.tsx'
import type { SearchText } from '../../app/search-state.ts'

interface Asked {
  readonly title: string
  /** Undefined when the address does not say whose. */
  readonly read: UseQueryResult<LineageGraph> | undefined
}

/** Reads the lineage that an address asks for: `?kind=prediction&id=…`, `?kind=model&name=…&version=…`, and so on. */
export function useLineage({ kind, id = '', name = '', version, row }: SearchText): Asked {
  const { lineage } = operations
  const number = Math.max(1, Number(version ?? 1))
  const at = Number(row ?? 0)
  const prediction = useRead(lineage.prediction, { id }, { enabled: kind === 'prediction' })
  const model = useRead(lineage.model, { name, version: number }, { enabled: kind === 'model' })
  const dataset = useRead(
    lineage.dataset,
    { name, version: number },
    { enabled: kind === 'dataset' },
  )
  const rowRead = useRead(
    lineage.row,
    { name, version: number, row: at },
    { enabled: kind === 'row' },
  )
  switch (kind) {
    case 'prediction':
      return { title: 'Lineage of a prediction', read: prediction }
    case 'model':
      return { title: `Lineage of ${name} version ${number}`, read: model }
    case 'dataset':
      return { title: `Lineage of ${name} version ${number}`, read: dataset }
    case 'row':
      return { title: `Lineage of row ${at} of ${name} version ${number}`, read: rowRead }
    default:
      return { title: 'Lineage', read: undefined }
  }
}
