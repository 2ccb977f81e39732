import { useDebouncedValue } from '@mantine/hooks'
import { operations } from '#contract'
import { useRead } from '../../../app/api.tsx'
import {
  attributes,
  comparatorsFor,
  connectors,
  writeKey,
  writeText,
  type Choice,
  type Place,
} from './complete.ts'

const most = 40

/** What could be put in at a place: keys and values of these experiments' runs are asked from the server. */
export function useChoices(experiments: string, place: Place, enabled: boolean): readonly Choice[] {
  const isSubject = place.expects === 'subject'
  const [, area, part = ''] = /^(metrics?|params?|tags?)\.`?(.*)$/.exec(place.written) ?? []
  const [asked] = useDebouncedValue(area === undefined ? place.written : part, 80)
  const keys = useRead(
    operations.table.keys,
    { experiments, limit: most, ...(asked === '' ? {} : { text: asked }) },
    { enabled: enabled && isSubject && experiments !== '', keep: true },
  )
  const subject = (place.of ?? '').replaceAll('`', '').replace(/^(param|tag)\./, '$1s.')
  const hasValues = /^(?:params|tags)\.|^(?:status|user_id|run_name)$/.test(subject)
  const value = place.written.replace(/^['"]/, '').replace(/'$/, '')
  const writtenValue = value.toLowerCase()
  const [begun] = useDebouncedValue(value, 80)
  const values = useRead(
    operations.table.values,
    { experiments, of: subject, ...(begun === '' ? {} : { text: begun }) },
    {
      enabled: enabled && place.expects === 'value' && hasValues && experiments !== '',
      keep: true,
    },
  )
  if (!enabled) return []
  const written = place.written.toLowerCase()
  switch (place.expects) {
    case 'subject': {
      const found = keys.data
      // Until the answer to the last letter is there, what is known is narrowed here.
      const wanted = (area === undefined ? place.written : part).toLowerCase()
      const named = (name: string, all: readonly string[] | undefined): readonly Choice[] =>
        area === undefined || name.startsWith(area)
          ? (all ?? [])
              .filter((key) => key.toLowerCase().includes(wanted))
              .map((key) => ({
                text: writeKey(name, key),
                label: key,
                note: name.replace(/s$/, '').replace('param', 'parameter'),
              }))
          : []
      const own = area === undefined ? attributes.filter((each) => each.text.includes(written)) : []
      const areas = [
        ...named('metrics', found?.metrics),
        ...named('params', found?.params),
        ...named(
          'tags',
          found?.tags.filter((key) => written !== '' || !key.startsWith('mlflow.')),
        ),
      ]
      return (written === '' ? [...areas.slice(0, most), ...own] : [...own, ...areas]).slice(
        0,
        most + 8,
      )
    }
    case 'comparator':
      return comparatorsFor(subject).filter((each) => each.text.toLowerCase().startsWith(written))
    case 'value':
      return (hasValues ? (values.data?.values ?? []) : [])
        .filter(({ value }) => value.toLowerCase().startsWith(writtenValue))
        .map(({ value, runs }) => ({
          text: writeText(value),
          label: value,
          note: `${runs} ${runs === 1 ? 'run' : 'runs'}`,
        }))
    case 'connector':
      return connectors.filter((each) => each.text.toLowerCase().startsWith(written))
  }
}
