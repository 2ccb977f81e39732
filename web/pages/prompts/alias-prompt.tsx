import { Autocomplete, Button, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Prompt } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { useAct } from '../../app/api.tsx'

interface AliasPromptProps {
  readonly prompt: Prompt
  readonly version: number
  readonly onClose: () => void
}

/** Lets an alias name a version, so that applications that load the prompt by the alias get it; or takes it away. */
export function AliasPrompt({ prompt, version, onClose }: AliasPromptProps): ReactNode {
  const [alias, setAlias] = useState('')
  const set = useAct(operations.models.alias, {
    quiet: true,
    done: (_, input) => `${input.alias} is version ${input.version}`,
    onDone: onClose,
  })
  const take = useAct(operations.models.unalias, {
    quiet: true,
    done: (_, input) => `The alias ${input.alias} is taken away`,
    onDone: onClose,
  })
  const before = prompt.aliases[alias]
  const isFine = /^[\w-]{1,255}$/.test(alias) && !/^(?:latest|v\d+)$/i.test(alias)
  return (
    <Modal opened onClose={onClose} title={`An alias for version ${version}`}>
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate({ name: prompt.name, alias, version })
        }}
      >
        <Autocomplete
          label="Alias"
          description="Letters, digits, _ and -; not latest, not v1, v2 …"
          data-autofocus
          data={Object.keys(prompt.aliases)}
          value={alias}
          onChange={setAlias}
        />
        {before !== undefined && before !== version && (
          <p className="small">It names version {before} now.</p>
        )}
        {set.isError && <ErrorState error={set.error} />}
        {take.isError && <ErrorState error={take.error} />}
        <div className="line">
          <Button type="submit" loading={set.isPending} disabled={!isFine || before === version}>
            Set the alias
          </Button>
          {before !== undefined && (
            <Button
              variant="default"
              loading={take.isPending}
              onClick={() => take.mutate({ name: prompt.name, alias })}
            >
              Take it away
            </Button>
          )}
        </div>
      </form>
    </Modal>
  )
}
