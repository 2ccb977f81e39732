import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import { operations } from '#contract'
import { Icon, type IconName } from '../design/icons.tsx'
import { useGo } from '../design/link.tsx'
import { useRead } from './api.tsx'
import { pages } from './navigation.ts'

interface Choice {
  readonly key: string
  readonly icon: IconName
  readonly kind: string
  readonly name: string
  readonly href: string
}

const icons: Readonly<Record<string, IconName>> = {
  dataset: 'data',
  experiment: 'runs',
  run: 'runs',
  model: 'model',
  endpoint: 'endpoint',
  monitor: 'monitor',
  report: 'monitor',
  'label queue': 'labels',
  'evaluation data set': 'data',
  prompt: 'prompt',
  policy: 'policy',
}

/** Ctrl-K: every page and every object by a part of its name. */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [asked] = useDebouncedValue(text.trim(), 120)
  const id = useId()
  const go = useGo()
  const found = useRead(operations.find.all, { text: asked }, { enabled: asked !== '', keep: true })
  const choices = [...pageChoices(text), ...(asked === '' ? [] : objectChoices(found.data?.found))]
  const chosen = Math.min(active, choices.length - 1)

  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return
    onClose()
    go(choice.href)
  }
  const onKey = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (move !== undefined) {
      event.preventDefault()
      setActive((chosen + move + choices.length) % Math.max(1, choices.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(choices[chosen])
    }
  }
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView?.({ block: 'nearest' })
  }, [id, chosen])

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      size="lg"
      padding={0}
      aria-label="Search pages and objects"
    >
      <div className="palette">
        <div className="palette-input">
          <Icon name="search" />
          <input
            data-autofocus
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={choices.length > 0 ? `${id}-${chosen}` : undefined}
            aria-label="Search pages and objects"
            placeholder="Where to?"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              setActive(0)
            }}
            onKeyDown={onKey}
          />
          <kbd>Esc</kbd>
        </div>
        <ul role="listbox" id={`${id}-list`} aria-label="Found">
          {choices.map((choice, index) => (
            <li
              key={choice.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onClick={() => choose(choice)}
              onMouseMove={() => setActive(index)}
            >
              <Icon name={choice.icon} size={16} />
              <span className="grow">{choice.name}</span>
              <span className="muted small">{choice.kind}</span>
            </li>
          ))}
        </ul>
        {choices.length === 0 && <p className="palette-none">Nothing is called so.</p>}
      </div>
    </Modal>
  )
}

function pageChoices(text: string): readonly Choice[] {
  const wanted = text.trim().toLowerCase()
  return pages
    .filter((page) => page.name.toLowerCase().includes(wanted))
    .map(({ name, href, icon }) => ({ key: `page ${href}`, icon, kind: 'page', name, href }))
}

function objectChoices(
  found: readonly { kind: string; name: string; href: string }[] = [],
): readonly Choice[] {
  return found.map(({ kind, name, href }) => ({
    key: `${kind} ${href}`,
    icon: icons[kind] ?? 'link',
    kind,
    name,
    href,
  }))
}
