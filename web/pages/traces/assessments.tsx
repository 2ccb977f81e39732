import { ActionIcon, Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Trace, type TraceAssessment } from '#contract'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { When } from '../../design/when.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { readAnswer } from './read-answer.ts'

interface AssessmentsProps {
  readonly trace: Trace
  readonly span: string | undefined
}

/** What people and programs think of the trace, and a way to say so. */
export function Assessments({ trace, span }: AssessmentsProps): ReactNode {
  const [adding, setAdding] = useState(false)
  const may = useMay('tracking:write')
  return (
    <Card
      title="Assessments"
      aside={
        may &&
        !adding && (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => setAdding(true)}
          >
            Assess
          </Button>
        )
      }
    >
      <div className="stack">
        {trace.assessments.length === 0 && !adding && (
          <p className="muted small">Nobody has said anything yet.</p>
        )}
        <ul className="plain-list assessments">
          {trace.assessments.map((each) => (
            <OneAssessment key={each.id} trace={trace.id} assessment={each} may={may} />
          ))}
        </ul>
        {adding && <NewAssessment trace={trace.id} span={span} onClose={() => setAdding(false)} />}
      </div>
    </Card>
  )
}

function OneAssessment({ trace, assessment, may }: OneAssessmentProps): ReactNode {
  const { id, name, kind, value, rationale, by, byKind, at, span } = assessment
  const remove = useAct(operations.traces.unassess, { done: 'It is taken back' })
  return (
    <li>
      <div className="line spread">
        <span className="line">
          <strong>{name}</strong>
          <span className={`tag${value === 'false' ? '' : ' sand'}`}>{value}</span>
          {kind !== 'feedback' && <span className="muted small">{kind}</span>}
          {span !== undefined && <span className="muted small">on a span</span>}
        </span>
        {may && (
          <ActionIcon
            size="sm"
            variant="subtle"
            aria-label={`Take back ${name}`}
            onClick={() => remove.mutate({ trace, assessment: id })}
          >
            <Icon name="trash" size={13} />
          </ActionIcon>
        )}
      </div>
      {rationale !== undefined && <p className="small wrap-anywhere">{rationale}</p>}
      <p className="muted small">
        {by ?? 'unknown'}
        {byKind === undefined || byKind === 'human' ? '' : ` (${byKind.replace('_', ' ')})`},{' '}
        <When time={at} />
      </p>
    </li>
  )
}

interface OneAssessmentProps {
  readonly trace: string
  readonly assessment: TraceAssessment
  readonly may: boolean
}

function NewAssessment({ trace, span, onClose }: NewAssessmentProps): ReactNode {
  const [name, setName] = useState('correct')
  const [kind, setKind] = useState<'feedback' | 'expectation'>('feedback')
  const [value, setValue] = useState('yes')
  const [why, setWhy] = useState('')
  const [about, setAbout] = useState<'trace' | 'span'>('trace')
  const add = useAct(operations.traces.assess, { quiet: true, done: 'It is kept', onDone: onClose })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate({
          ...{ trace, name: name.trim(), kind, value: readAnswer(value) },
          ...(why.trim() === '' ? {} : { rationale: why.trim() }),
          ...(about === 'span' && span !== undefined ? { span } : {}),
        })
      }}
    >
      <div className="line end">
        <NativeSelect
          label="Say"
          data={[
            { value: 'feedback', label: 'how it was' },
            { value: 'expectation', label: 'what was expected' },
          ]}
          value={kind}
          onChange={(event) =>
            setKind(event.currentTarget.value === 'expectation' ? 'expectation' : 'feedback')
          }
        />
        <NativeSelect
          label="About"
          data={[
            { value: 'trace', label: 'the whole trace' },
            ...(span === undefined ? [] : [{ value: 'span', label: 'the chosen span' }]),
          ]}
          value={about}
          onChange={(event) => setAbout(event.currentTarget.value === 'span' ? 'span' : 'trace')}
        />
      </div>
      <TextInput
        label="Name"
        required
        maxLength={250}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Value"
        description="yes, no, a number or words"
        required
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Textarea
        label="Why"
        autosize
        minRows={2}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      {add.isError && <ErrorState error={add.error} />}
      <div className="line">
        <Button type="submit" loading={add.isPending} disabled={name.trim() === ''}>
          Keep
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

interface NewAssessmentProps {
  readonly trace: string
  readonly span: string | undefined
  readonly onClose: () => void
}
