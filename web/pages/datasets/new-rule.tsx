import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type DatasetVersion, type Rule } from '#contract'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { describeRule } from './describe-rule.ts'

const checks = [
  { value: 'not_null', label: 'may not be missing' },
  { value: 'not_zero', label: 'may not be 0' },
  { value: 'range', label: 'must lie in a range' },
  { value: 'one_of', label: 'must be one of' },
  { value: 'unique', label: 'must be unique' },
  { value: 'matches', label: 'must match a pattern' },
] as const

/** Adds one rule; every version is checked against it from then on. */
export function NewRule({ version }: { version: DatasetVersion }): ReactNode {
  const name = version.dataset
  const known = useRead(operations.datasets.get, { name }).data?.rules ?? []
  const [column, setColumn] = useState('')
  const [check, setCheck] = useState<(typeof checks)[number]['value']>('not_null')
  const [text, setText] = useState({ min: '', max: '', values: '', pattern: '' })
  const [severity, setSeverity] = useState<'error' | 'warning'>('error')
  const may = useMay('lake:write')
  const set = useAct(operations.datasets.rules, { done: 'The rules are kept', quiet: true })
  if (!may) return null
  const columns = version.schema.map((field) => field.name)
  const rule = ruleOf(check, column === '' ? (columns[0] ?? '') : column, text, severity)
  return (
    <Card title="Add a rule">
      <form
        className="line end"
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate({ name, rules: [...known, rule] })
        }}
      >
        <NativeSelect
          label="Column"
          data={columns}
          value={column}
          onChange={(event) => setColumn(event.currentTarget.value)}
        />
        <NativeSelect
          label="Check"
          data={[...checks]}
          value={check}
          onChange={(event) => setCheck(event.currentTarget.value as typeof check)}
        />
        {(check === 'range' ? (['min', 'max'] as const) : fieldOf(check)).map((field) => (
          <TextInput
            key={field}
            label={labels[field]}
            value={text[field]}
            onChange={(event) => setText({ ...text, [field]: event.currentTarget.value })}
          />
        ))}
        <NativeSelect
          label="When broken"
          data={[
            { value: 'error', label: 'fail the version' },
            { value: 'warning', label: 'warn' },
          ]}
          value={severity}
          onChange={(event) => setSeverity(event.currentTarget.value as typeof severity)}
        />
        <Button type="submit" loading={set.isPending} title={describeRule(rule)}>
          Add
        </Button>
      </form>
      {set.isError && <ErrorState error={set.error} />}
    </Card>
  )
}

const labels = { min: 'At least', max: 'At most', values: 'Values, by commas', pattern: 'Pattern' }

function fieldOf(check: string): readonly ('values' | 'pattern')[] {
  if (check === 'one_of') return ['values']
  return check === 'matches' ? ['pattern'] : []
}

function ruleOf(
  check: (typeof checks)[number]['value'],
  column: string,
  text: Readonly<Record<'min' | 'max' | 'values' | 'pattern', string>>,
  severity: 'error' | 'warning',
): Rule {
  const rule = { check, columns: [column], severity }
  switch (check) {
    case 'range':
      return {
        ...rule,
        ...(text.min === '' ? {} : { min: Number(text.min) }),
        ...(text.max === '' ? {} : { max: Number(text.max) }),
      }
    case 'one_of':
      return { ...rule, values: text.values.split(',').map((each) => cellOf(each.trim())) }
    case 'matches':
      return { ...rule, pattern: text.pattern }
    case 'not_null':
    case 'not_zero':
    case 'unique':
      return rule
  }
}

function cellOf(text: string): string | number {
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
