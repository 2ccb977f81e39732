import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Endpoint, type Signature } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { AnswerView } from './answer-view.tsx'
import { checkForm, exampleValues, type DataRow, type FormValues } from './form-values.ts'
import { SignatureForm } from './signature-form.tsx'

/** Asks the endpoint by hand: a form made from the signature, and the answer beside it. */
export function TryIt({ endpoint }: { endpoint: Endpoint }): ReactNode {
  const { model, version, signature } = endpoint
  const described = useRead(
    operations.models.version,
    { name: model, version: version ?? 1 },
    { enabled: version !== undefined },
  )
  if (signature === undefined) {
    return (
      <EmptyState
        icon="model"
        title="No model behind it yet"
        command={`tidemill models promote ${model} 1`}
      >
        The endpoint follows {model}@{endpoint.alias}. Once a version takes that alias, the form
        stands here.
      </EmptyState>
    )
  }
  const example = described.data?.version.inputExample
  return <AskForm name={endpoint.name} signature={signature} {...(example && { example })} />
}

interface AskFormProps {
  readonly name: string
  readonly signature: Signature
  readonly example?: DataRow
}

function AskForm({ name, signature, example }: AskFormProps): ReactNode {
  const [values, setValues] = useState<FormValues>({})
  const [tried, setTried] = useState(false)
  const may = useMay('endpoints:predict')
  const ask = useAct(operations.endpoints.predict, { quiet: true })
  const { row, errors } = checkForm(signature, values)
  const faults = Object.keys(errors).length
  const answer = ask.data?.answers[0]
  return (
    <div className="try-it">
      <Card
        title="Ask"
        aside={
          <>
            <Button
              size="xs"
              variant="default"
              onClick={() => setValues(exampleValues(signature, example))}
            >
              Fill in an example
            </Button>
            <Button size="xs" variant="subtle" onClick={() => setValues({})}>
              Clear
            </Button>
          </>
        }
      >
        <form
          className="stack wide"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            setTried(true)
            if (faults === 0) ask.mutate({ name, rows: [row], explain: true })
          }}
        >
          <SignatureForm
            signature={signature}
            values={values}
            errors={tried ? errors : {}}
            onChange={setValues}
          />
          <div className="line">
            <Button type="submit" size="md" loading={ask.isPending} disabled={!may}>
              Predict
            </Button>
            {tried && faults > 0 && (
              <span role="alert" className="small out-of-range">
                {faults === 1 ? 'One field needs' : `${faults} fields need`} a value.
              </span>
            )}
            {!may && <span className="muted small">Your role may not predict here.</span>}
          </div>
        </form>
      </Card>
      <div aria-live="polite">
        {ask.isError ? (
          <ErrorState error={ask.error} />
        ) : answer === undefined ? (
          <Card title="Answer">
            <p className="muted">
              Fill in the fields, or take an example, and ask. The answer is logged like any other
              prediction, with its lineage.
            </p>
          </Card>
        ) : (
          <AnswerView answer={answer} signature={signature} />
        )}
      </div>
    </div>
  )
}
