import { useId, type KeyboardEvent, type ReactNode } from 'react'

export interface Tab {
  readonly id: string
  readonly name: string
  readonly count?: number | undefined
  readonly render: () => ReactNode
}

interface TabsProps {
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly selected: string | undefined
  readonly onSelect: (id: string) => void
}

/** Parts of a page, one at a time; arrow keys move between them. */
export function Tabs({ label, tabs, selected, onSelect }: TabsProps): ReactNode {
  const base = useId()
  const shown = tabs.find((tab) => tab.id === selected) ?? tabs[0]
  const onKey = (event: KeyboardEvent) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (move === undefined || shown === undefined) return
    const next = tabs[(tabs.indexOf(shown) + move + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    onSelect(next.id)
    document.getElementById(`${base}-${next.id}`)?.focus()
  }
  return (
    <div className="stack wide">
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}-${tab.id}`}
            aria-selected={tab === shown}
            aria-controls={`${base}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.name}
            {tab.count !== undefined && <span className="tab-count">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${shown?.id ?? ''}`}>
        {shown?.render()}
      </div>
    </div>
  )
}
