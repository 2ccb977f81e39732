import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Consumer, type OutputField } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { Confirm } from '../../design/confirm.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatNumber } from '../../design/format.ts'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'

/** Which applications rely on a model, and on what of it. */
export function ConsumersView({ model }: { model: string }): ReactNode {
  const read = useRead(operations.models.consumers, { name: model })
  return (
    <Read of={read}>
      {({ consumers }) =>
        consumers.length === 0 ? (
          <div className="stack wide">
            <EmptyState
              icon="link"
              title="Nobody has said what they rely on"
              command={`tidemill models consumers set ${model} my-app --from contract.yaml`}
            >
              An application that names the outputs it reads is looked after: a version that would
              break it cannot take the alias.
            </EmptyState>
            <CodeBlock
              label="a contract"
              code={[
                'alias: champion',
                'outputs:',
                '  - name: label',
                '    type: string',
                '    labels: [healthy, diabetic]',
                '  - name: probability',
                '    type: number',
                '    min: 0',
                '    max: 1',
                'latencyMs: 50',
              ].join('\n')}
            />
          </div>
        ) : (
          <div className="columns">
            {consumers.map((consumer) => (
              <ConsumerCard key={consumer.name} consumer={consumer} />
            ))}
          </div>
        )
      }
    </Read>
  )
}

function ConsumerCard({ consumer }: { consumer: Consumer }): ReactNode {
  const { name, alias, contract, declaredAt, declaredBy, fromFile } = consumer
  return (
    <Card
      title={name}
      aside={
        <>
          <span className="tag sand">{alias}</span>
          {fromFile ? <span className="tag">tidemill.yaml</span> : <Forget consumer={consumer} />}
        </>
      }
    >
      <div className="stack">
        {contract.description !== undefined && <p>{contract.description}</p>}
        <ul className="schema">
          {contract.outputs.map((output) => (
            <li key={output.name}>
              <span className="wrap-anywhere">reads {output.name}</span>
              <span className="muted small">{describeOutput(output)}</span>
            </li>
          ))}
          {contract.inputs?.map((input) => (
            <li key={input.name}>
              <span className="wrap-anywhere">sends {input.name}</span>
              <span className="muted small">{input.type}</span>
            </li>
          ))}
        </ul>
        <p className="muted small">
          {contract.latencyMs !== undefined &&
            `99 of 100 answers within ${formatNumber(contract.latencyMs)} ms · `}
          declared <When time={declaredAt} /> by {declaredBy}
        </p>
      </div>
    </Card>
  )
}

function describeOutput({ type, labels, min, max }: OutputField): string {
  const parts: string[] = [type]
  if (labels !== undefined) parts.push(labels.join(' or '))
  if (min !== undefined || max !== undefined) {
    const shown = (value: number | undefined) => (value === undefined ? '' : formatNumber(value))
    parts.push(`${shown(min)} … ${shown(max)}`)
  }
  return parts.join(', ')
}

function Forget({ consumer }: { consumer: Consumer }): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('models:promote')
  const forget = useAct(operations.models.removeConsumer, {
    done: `${consumer.name} is forgotten`,
    onDone: () => setOpen(false),
  })
  if (!may) return null
  return (
    <>
      <Button size="compact-xs" variant="subtle" onClick={() => setOpen(true)}>
        Forget
      </Button>
      <Confirm
        open={open}
        title={`Forget ${consumer.name}?`}
        verb="Forget"
        danger
        busy={forget.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() => forget.mutate({ name: consumer.model, consumer: consumer.name })}
      >
        <p>
          Versions that break {consumer.name} can take {consumer.alias} from then on.
        </p>
      </Confirm>
    </>
  )
}
