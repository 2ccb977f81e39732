import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Link } from '../../design/link.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

/** An endpoint named by what outlives it, such as a monitor: a link, unless it was removed. */
export function EndpointLink({ name }: { name: string }): ReactNode {
  const { data } = useRead(operations.endpoints.list, {})
  const isGone = data !== undefined && !data.endpoints.some((each) => each.name === name)
  return isGone ? <>{name}, removed</> : <Link href={paths.endpoint(name)}>{name}</Link>
}
