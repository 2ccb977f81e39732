import { useDebouncedValue } from '@mantine/hooks'
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react'
import { operations } from '#contract'
import { Icon } from '../../../design/icons.tsx'
import { useRead } from '../../../app/api.tsx'
import { useShortcut } from '../../../app/shortcuts.tsx'
import { placeAt, putIn, type Choice } from './complete.ts'
import { filterOf } from './plain-words.ts'
import { keepFilter, pastFilters } from './query-history.ts'
import { useChoices } from './use-choices.ts'

interface QueryBoxProps {
  /** By identifier, separated by commas. */
  readonly experiments: string
  readonly filter: string
  readonly onFilter: (filter: string) => void
}

/** A filter with completion; what cannot be read is underlined where the parser stopped. Enter applies it; plain words find runs by name. */
export function QueryBox({ experiments, filter, onFilter }: QueryBoxProps): ReactNode {
  const [text, setText] = useState(filter)
  const [caret, setCaret] = useState(filter.length)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const [past, setPast] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const mirror = useRef<HTMLDivElement>(null)
  const id = useId()
  useEffect(() => {
    setText(filter)
    setCaret(filter.length)
  }, [filter])
  useShortcut('f', 'Filter runs', () => input.current?.focus())

  // Before anything else is typed: a caret set later would stand before what was typed meanwhile.
  const caretNext = useRef<number>(undefined)
  useLayoutEffect(() => {
    const at = caretNext.current
    if (at === undefined) return
    caretNext.current = undefined
    input.current?.focus()
    input.current?.setSelectionRange(at, at)
  }, [text])

  const place = placeAt(text, caret)
  const found = useChoices(experiments, place, open && !past)
  const choices: readonly Choice[] = past
    ? pastFilters(experiments).map((each) => ({ text: each, label: each }))
    : found
  const problem = useProblem(text, filterOf(text) === text.trim())

  const close = () => {
    setOpen(false)
    setPast(false)
    setActive(-1)
  }
  const apply = (next: string) => {
    close()
    const filter = filterOf(next)
    keepFilter(experiments, filter)
    onFilter(filter)
  }
  const choose = (choice: Choice) => {
    if (past) {
      setText(choice.text)
      apply(choice.text)
      return
    }
    const next = putIn(text, place, choice)
    setText(next.text)
    setCaret(next.caret)
    setActive(-1)
    caretNext.current = next.caret
  }
  const onKey = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (move !== undefined) {
      event.preventDefault()
      if (!open) {
        setPast(event.key === 'ArrowUp' || text === '')
        setOpen(true)
      } else setActive((active + move + choices.length) % Math.max(1, choices.length))
      return
    }
    const chosen = choices[active]
    if (event.key === 'Escape') {
      if (open) event.stopPropagation()
      close()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (open && chosen !== undefined) choose(chosen)
      else apply(text)
    } else if (event.key === 'Tab' && open && chosen !== undefined && !event.shiftKey) {
      event.preventDefault()
      choose(chosen)
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      setPast(false)
      setOpen(true)
    }
  }
  const follow = () => {
    const element = input.current
    if (element === null) return
    setCaret(element.selectionStart ?? element.value.length)
    if (mirror.current !== null) mirror.current.scrollLeft = element.scrollLeft
  }
  const isShown = open && choices.length > 0
  // What is being written is no mistake yet: the list says how it goes on.
  const told = isShown && problem !== undefined && problem.at >= place.from ? undefined : problem
  return (
    <form
      className="query"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        apply(text)
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close()
      }}
    >
      <div className="query-field" data-bad={told !== undefined || undefined}>
        <Icon name="search" size={15} />
        <div className="query-text">
          <div className="query-mirror" ref={mirror} aria-hidden="true">
            {told === undefined ? (
              text
            ) : (
              <>
                {text.slice(0, told.at)}
                <mark>{markOf(text, told.at)}</mark>
                {text.slice(told.at + markOf(text, told.at).length)}
              </>
            )}
          </div>
          <input
            ref={input}
            role="combobox"
            aria-label="Filter runs"
            aria-expanded={isShown}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
            aria-invalid={told !== undefined}
            aria-describedby={told === undefined ? undefined : `${id}-problem`}
            placeholder="A part of a run’s name, or metrics.f1 > 0.6 AND params.optimizer = 'adam'"
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value)
              setPast(false)
              setOpen(true)
              setActive(-1)
              follow()
            }}
            onSelect={follow}
            onScroll={follow}
            onFocus={() => setOpen(true)}
            onKeyDown={onKey}
          />
        </div>
        {text !== '' && (
          <button
            type="button"
            className="plain"
            aria-label="Clear the filter"
            onClick={() => {
              setText('')
              apply('')
            }}
          >
            <Icon name="bad" size={13} />
          </button>
        )}
        <button
          type="button"
          className="plain"
          aria-label="Filters used before"
          title="Filters used before (up arrow)"
          onClick={() => {
            setPast(true)
            setOpen(true)
            input.current?.focus()
          }}
        >
          <Icon name="jobs" size={15} />
        </button>
      </div>
      {isShown && (
        <ul className="query-choices" role="listbox" id={`${id}-list`} aria-label="Suggestions">
          {choices.map((choice, index) => (
            <li
              key={`${choice.text}${index}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              ref={(element) => {
                if (index === active) element?.scrollIntoView?.({ block: 'nearest' })
              }}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(choice)
              }}
            >
              <span>{choice.label}</span>
              {choice.note !== undefined && <small className="muted">{choice.note}</small>}
            </li>
          ))}
        </ul>
      )}
      {told !== undefined && (
        <p className="query-problem" id={`${id}-problem`} role="status">
          {told.text}
        </p>
      )}
    </form>
  )
}

/** What is underlined: the word the parser stopped at, or the blank behind the text where it wanted more. */
function markOf(text: string, at: number): string {
  return /^\s*\S+/.exec(text.slice(at))?.[0] ?? ' '
}

/** What is wrong with a filter and where, asked once the typing rests. */
function useProblem(
  text: string,
  isFilter: boolean,
): { readonly text: string; readonly at: number } | undefined {
  const [asked] = useDebouncedValue(text.trim() === '' || !isFilter ? '' : text, 450)
  const read = useRead(operations.table.check, { filter: asked }, { enabled: asked !== '' })
  const { problem, at } = read.data ?? {}
  if (asked !== text || problem === undefined) return undefined
  return { text: problem, at: at ?? 0 }
}
