import { useId, type ReactNode } from 'react'

interface CardProps {
  readonly title?: ReactNode
  readonly aside?: ReactNode
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A titled part of a page; `flush` lets a table reach its edges. */
export function Card({ title, aside, flush, children }: CardProps): ReactNode {
  const id = useId()
  return (
    <section
      className={flush ? 'card flush' : 'card'}
      aria-labelledby={title === undefined ? undefined : id}
    >
      {title !== undefined && (
        <header className="card-head">
          <h2 id={id}>{title}</h2>
          {aside !== undefined && <div className="line">{aside}</div>}
        </header>
      )}
      <div className="card-body">{children}</div>
    </section>
  )
}
