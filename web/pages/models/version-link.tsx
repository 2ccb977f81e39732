import type { ReactNode } from 'react'
import { operations, TidemillError } from '#contract'
import { Link } from '../../design/link.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

interface VersionLinkProps {
  readonly model: string
  readonly version: number
  readonly gate?: string | undefined
}

/** A version named by what outlives it, such as a report: a link while it is there, and that it was removed when it is not. */
export function VersionLink({ model, version, gate }: VersionLinkProps): ReactNode {
  const read = useRead(operations.models.get, { name: model })
  const isThere = read.data?.versions.some((each) => each.version === version)
  if (isThere) return <Link href={paths.modelVersion(model, version, gate)}>version {version}</Link>
  const isUnknown = read.error instanceof TidemillError && read.error.code === 'not_found'
  return isThere === false || isUnknown ? <>version {version}, removed</> : <>version {version}</>
}
