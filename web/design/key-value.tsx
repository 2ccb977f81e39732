import { Fragment, type ReactNode } from 'react'

export type Fact = readonly [name: string, value: ReactNode]

/** Facts about one thing; those without a value are left out. */
export function KeyValue({ facts }: { facts: readonly (Fact | false | undefined)[] }): ReactNode {
  const shown = facts.filter((fact) => fact !== undefined && fact !== false)
  return (
    <dl className="facts">
      {shown.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
