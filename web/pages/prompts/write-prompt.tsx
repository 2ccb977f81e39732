import { Button, Modal, Textarea, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type PromptVersion } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct } from '../../app/api.tsx'

interface WritePromptProps {
  /** The prompt that gets a version; without one, a new prompt is made. */
  readonly name?: string
  /** What its text begins as. */
  readonly text?: string
  readonly onClose: () => void
  readonly onDone: (name: string, version: PromptVersion) => void
}

/** A new prompt, or a new version of one; what was written before stays as it is. */
export function WritePrompt({ name, text = '', onClose, onDone }: WritePromptProps): ReactNode {
  const [draft, setDraft] = useState({ name: name ?? '', text, message: '' })
  const write = useAct(operations.prompts.write, {
    quiet: true,
    done: ({ version }) => `Version ${version.version} is kept`,
    onDone: ({ version }, input) => onDone(input.name, version),
  })
  const { message } = draft
  const isNamed = /^[\w.-]+$/.test(draft.name.trim())
  const isReady = isNamed && draft.text !== '' && draft.text !== text
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={name === undefined ? 'New prompt' : `New version of ${name}`}
    >
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          const own = { name: draft.name.trim(), text: draft.text }
          write.mutate(message.trim() === '' ? own : { ...own, message: message.trim() })
        }}
      >
        {name === undefined && (
          <TextInput
            label="Name"
            description="Letters, digits, _, - and dots"
            error={draft.name !== '' && !isNamed && 'There is something else in the name.'}
            data-autofocus
            maxLength={250}
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          />
        )}
        <Textarea
          label="Text"
          description="What is filled in stands in {{double braces}}"
          data-autofocus={name !== undefined || undefined}
          autosize
          minRows={6}
          maxRows={22}
          maxLength={100_000}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          value={draft.text}
          onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
        />
        <TextInput
          label="What was changed"
          maxLength={5000}
          value={message}
          onChange={(event) => setDraft({ ...draft, message: event.currentTarget.value })}
        />
        {write.isError && <ErrorState error={write.error} />}
        <Button type="submit" loading={write.isPending} disabled={!isReady}>
          {name === undefined ? 'Make the prompt' : 'Keep the version'}
        </Button>
      </form>
    </Modal>
  )
}
