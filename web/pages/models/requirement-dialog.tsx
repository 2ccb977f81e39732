import { Autocomplete, Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import {
  operations,
  readRequirement,
  requirementKindNames,
  requirementKinds,
  requirementTexts,
  type Model,
  type Requirement,
  type RequirementField,
  type RequirementKind,
} from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct } from '../../app/api.tsx'

interface RequirementDialogProps {
  readonly title: string
  readonly model: Model
  /** What it asked before; something new unless said. */
  readonly one?: Requirement
  /** Metrics that versions have. */
  readonly metrics: readonly string[]
  readonly next: (requirement: Requirement) => readonly Requirement[]
  readonly onClose: () => void
}

/** A requirement by its kind, with the fields of the kind. */
export function RequirementDialog(props: RequirementDialogProps): ReactNode {
  const { title, model, one, metrics, next, onClose } = props
  const [kind, setKind] = useState<RequirementKind>(one?.kind ?? 'metric')
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    one === undefined ? {} : requirementTexts(one),
  )
  const [wrong, setWrong] = useState<unknown>()
  const save = useAct(operations.models.requirements, {
    quiet: true,
    done: 'What the gate asks is changed',
    onDone: onClose,
  })
  const { fields } = requirementKinds[kind]
  const keep = (event: FormEvent) => {
    event.preventDefault()
    setWrong(undefined)
    try {
      const own = Object.fromEntries(fields.map(({ name }) => [name, texts[name] ?? firstOf(name)]))
      const { name, requirements: before } = model
      save.mutate({ name, before, requirements: [...next(readRequirement(kind, own))] })
    } catch (error) {
      setWrong(error)
    }
  }
  const firstOf = (name: string) => fields.find((each) => each.name === name)?.choices?.[0] ?? ''
  const change = (name: string, text: string) => setTexts({ ...texts, [name]: text })
  const error = wrong ?? save.error ?? undefined
  return (
    <Modal opened onClose={onClose} title={title}>
      <form className="stack wide" onSubmit={keep}>
        <NativeSelect
          label="What it asks"
          data-autofocus
          data={requirementKindNames.map((value) => ({
            value,
            label: requirementKinds[value].about,
          }))}
          value={kind}
          onChange={(event) => {
            const chosen = event.currentTarget.value
            setKind(requirementKindNames.find((each) => each === chosen) ?? kind)
          }}
        />
        {fields.map((field) => (
          <Field
            key={`${kind} ${field.name}`}
            field={field}
            known={field.name === 'metric' ? metrics : []}
            text={texts[field.name] ?? firstOf(field.name)}
            onChange={(text) => change(field.name, text)}
          />
        ))}
        {error !== undefined && <ErrorState error={error} />}
        <div className="line" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Keep
          </Button>
        </div>
      </form>
    </Modal>
  )
}

interface FieldProps {
  readonly field: RequirementField
  readonly known: readonly string[]
  readonly text: string
  readonly onChange: (text: string) => void
}

function Field({ field, known, text, onChange }: FieldProps): ReactNode {
  const { name, type, about, optional, choices = [] } = field
  const shared = {
    label: labels[name] ?? name,
    description: about,
    value: text,
    required: optional !== true,
  }
  if (type === 'choice') {
    return (
      <NativeSelect
        {...shared}
        data={choices.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  if (known.length > 0) return <Autocomplete {...shared} data={[...known]} onChange={onChange} />
  return <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />
}

const labels: Readonly<Record<string, string>> = {
  metric: 'Metric',
  min: 'At least',
  max: 'At most',
  p99Ms: 'Milliseconds',
  columns: 'Columns',
  factor: 'Factor',
  tolerance: 'Tolerance',
  column: 'Column',
  delta: 'Raised by',
  expect: 'What never happens',
  margin: 'Margin',
}
