import { useRouter } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react'
import { inProject } from '../app/place.ts'

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string
  readonly children?: ReactNode
}

/** A link by address: many come from the server (`href` of a loop's part, of a search result), so all are plain text. */
export function Link({ href, onClick, ...rest }: LinkProps): ReactNode {
  const router = useRouter()
  const go = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0
    if (event.defaultPrevented || elsewhere || !href.startsWith('/')) return
    event.preventDefault()
    router.history.push(inProject(href))
  }
  return <a href={inProject(href)} onClick={go} {...rest} />
}

/** Goes to an address of the interface. */
export function useGo(): (href: string) => void {
  const router = useRouter()
  return (href) => router.history.push(inProject(href))
}
