import { NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Signature, SignatureField } from '#contract'
import { formatNumber } from '../../design/format.ts'
import { rangeWarning, type FormValues } from './form-values.ts'

interface SignatureFormProps {
  readonly signature: Signature
  readonly values: FormValues
  readonly errors: Readonly<Record<string, string>>
  readonly onChange: (values: FormValues) => void
}

/** One field an input of the model, with what training saw of it. */
export function SignatureForm(props: SignatureFormProps): ReactNode {
  const { signature, values, errors, onChange } = props
  return (
    <div className="signature-form">
      {signature.inputs.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          error={errors[field.name]}
          onChange={(text) => onChange({ ...values, [field.name]: text })}
        />
      ))}
    </div>
  )
}

interface FieldProps {
  readonly field: SignatureField
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (text: string) => void
}

function Field({ field, value, error, onChange }: FieldProps): ReactNode {
  const choices = choicesOf(field)
  const common = {
    label: field.name,
    error,
    withAsterisk: !field.optional,
    value,
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (choices !== undefined) {
    return <NativeSelect {...common} description={hint(field)} data={['', ...choices]} />
  }
  const numeric = field.type === 'number' || field.type === 'integer'
  const warning = numeric ? rangeWarning(field, value) : undefined
  return (
    <TextInput
      {...common}
      type={numeric ? 'number' : 'text'}
      step={field.type === 'integer' ? 1 : 'any'}
      description={
        warning === undefined ? hint(field) : <span className="out-of-range">{warning}</span>
      }
      placeholder={field.mean === undefined ? '' : `mean ${formatNumber(field.mean)}`}
    />
  )
}

function choicesOf(field: SignatureField): readonly string[] | undefined {
  if (field.type === 'boolean') return ['true', 'false']
  return field.categories
}

function hint(field: SignatureField): string {
  const parts = []
  if (field.min !== undefined && field.max !== undefined) {
    parts.push(`${formatNumber(field.min)} … ${formatNumber(field.max)}`)
  }
  if (field.categories !== undefined) parts.push(`${field.categories.length} values`)
  if (field.optional) parts.push('may be empty')
  return parts.length === 0 ? ' ' : parts.join(' · ')
}
